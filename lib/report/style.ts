import { customProperties, DARK, LIGHT } from "./figures/look";

/** Of all pages: by the reader's preference light or dark, and readable from 320 pixels on. */
export const STYLE = `
:root{color-scheme:light dark;${customProperties(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${customProperties(DARK)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
main{max-width:70rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.1rem;font-weight:600;margin:0;color:var(--muted)}
h2{font-size:1.2rem;margin:0 0 .75rem}
h3{font-size:1rem;margin:0 0 .5rem}
a{color:var(--accent)}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:.85em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
small{color:var(--muted)}
section,header{background:var(--surface);border:1px solid var(--line);border-radius:12px;padding:1.25rem;margin-bottom:1rem}
.kicker{margin:0;font-size:.8rem;letter-spacing:.06em;text-transform:uppercase;color:var(--muted)}
.headline{font-size:1.3rem;line-height:1.4;font-weight:600;margin:.5rem 0 1rem}
.sentences{padding-left:1.1rem;margin:0 0 1rem}
.sentences li{margin-bottom:.3rem}
.finding{margin:.4rem 0}
.warning{border-left:4px solid var(--bad);padding-left:.75rem}
.note,.meta{color:var(--muted);font-size:.875rem}
.meta{margin:0 0 .35rem}
.facts{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:1rem 0 .5rem}
.facts dt,.tokens span,.label{color:var(--muted);font-size:.78rem}
.facts dd{margin:0;font-variant-numeric:tabular-nums}
figure{margin:0 0 1.25rem}
figcaption{font-size:.875rem;color:var(--muted);margin-bottom:.5rem;max-width:46rem}
figcaption strong{color:var(--ink)}
figure svg{display:block;font-family:inherit;max-width:100%;height:auto}
.narrow{display:none}
@media (max-width:52rem){.wide{display:none}.narrow{display:block}section,header{padding:1rem .85rem;border-radius:10px}main{padding:.75rem .6rem 3rem}.headline{font-size:1.05rem}}
.scroll{overflow-x:auto;margin-bottom:1rem}
.scroll:focus-visible{outline:2px solid var(--accent)}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
th,td{padding:.4rem .4rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);vertical-align:baseline}
thead th{color:var(--muted);font-weight:500}
th[scope=col]{vertical-align:bottom}
@media (min-width:52rem){th[scope=col]{white-space:normal}}
th:first-child{text-align:left;position:sticky;left:0;background:var(--surface);padding-left:0;font-weight:600}
td.text,th.text{text-align:left}
td.text{white-space:normal;min-width:7rem}
td small{display:block;white-space:nowrap}
.chip{display:inline-block;white-space:nowrap;border:1px solid var(--line);border-radius:6px;padding:0 .4rem;margin:.1rem .15rem .1rem 0}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));gap:1rem;align-items:start}
.cards article,.change{border:1px solid var(--line);border-radius:10px;padding:.85rem;min-width:0}
.cards h3 a{font-weight:400;font-size:.85rem;margin-left:.5rem}
.tokens{margin:.35rem 0}
.tokens code{border:1px solid var(--line);border-radius:5px;padding:0 .3rem;margin-right:.1rem;display:inline-block}
summary{cursor:pointer;color:var(--accent);margin:.25rem 0}
.example{border-top:1px solid var(--line);padding:.6rem 0}
.example pre,.prompt{max-height:15rem;overflow:auto}
mark{background:none;border-radius:3px;padding:0 .2rem;font-weight:600;outline:1px solid}
mark.right,.right .label{color:var(--good)}
mark.wrong,.wrong .label{color:var(--bad)}
.filters{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin-bottom:1rem}
.filters label{display:grid;font-size:.78rem;color:var(--muted);min-width:0}
.filters output{font-size:.875rem;color:var(--muted);padding-bottom:.4rem}
select,input,button{font:inherit;font-size:.95rem;color:var(--ink);background:var(--page);border:1px solid var(--line);border-radius:8px;padding:.35rem .6rem;max-width:100%}
input{width:16rem}
button{cursor:pointer;margin-top:1rem}
:is(select,input,button,summary,a):focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.change{margin-bottom:.75rem}
.answers{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:.6rem}
.answer{border-left:3px solid var(--line);padding-left:.6rem;flex:1 1 auto;min-width:min(100%,5rem)}
.answer pre{max-height:15rem;overflow:auto}
.answer.right{border-color:var(--good)}
.answer.wrong{border-color:var(--bad)}
.provenance{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1rem;font-size:.875rem;margin:0 0 1rem}
.provenance dt{color:var(--muted)}
.provenance dd{margin:0;overflow-wrap:anywhere}
@media (max-width:52rem){.provenance{display:block}.provenance dd{margin-bottom:.4rem}}
.command{background:var(--page);border:1px solid var(--line);border-radius:8px;padding:.75rem}
@media print{body{background:none}section,header{break-inside:avoid}}
`.trim();
