import { customProperties, DARK, LIGHT, PAGE_PALETTE, seriesColours } from "../../report/figures/look";

/** Of features whose values are shown, by their places. */
const stripes = seriesColours(PAGE_PALETTE);

/** As the report's: light or dark by the reader's preference, readable from 320 pixels on. */
export const STYLE = `
:root{color-scheme:light dark;${customProperties(LIGHT)}${stripes.map((colour, i) => `--stripe-${i}:${colour};`).join("")}}
@media (prefers-color-scheme:dark){:root{${customProperties(DARK)}}}
*{box-sizing:border-box}
[hidden]{display:none!important}
html,body{height:100%}
body{margin:0;display:flex;flex-direction:column;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
header{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;align-items:baseline;padding:.6rem 1.25rem;background:var(--surface);border-bottom:1px solid var(--line)}
h1{font-size:1rem;margin:0}
h1 span{font-weight:400;color:var(--muted)}
header p{margin:0;font-size:.875rem;color:var(--muted)}
#controls h2{font-size:.8125rem;font-weight:600;letter-spacing:.04em;text-transform:uppercase;color:var(--muted);margin:1.5rem 0 .5rem}
#controls>h2:first-child{margin-top:0}
main{flex:1;min-height:0;display:grid;grid-template-columns:minmax(0,1fr) 21rem}
#conversation{display:flex;flex-direction:column;min-height:0}
#turns{flex:1;overflow-y:auto;padding:1rem 1.25rem}
#controls{overflow-y:auto;padding:1.25rem;background:var(--surface);border-left:1px solid var(--line)}
.turn{margin:0 0 2rem}
.question{font-size:1rem;font-weight:600;margin:0 0 .75rem;white-space:pre-wrap}
.arms{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:1rem}
.arm{background:var(--surface);border:1px solid var(--line);border-top:3px solid var(--muted);border-radius:6px;padding:.75rem 1rem;min-width:0}
.arm.steered{border-top-color:var(--accent)}
.arm h3{margin:0 0 .35rem;font-size:.8125rem;font-weight:600;color:var(--muted)}
.arm.steered h3{color:var(--accent)}
.text,.thought{white-space:pre-wrap}
.text{min-height:1.5em}
.piece{line-height:calc(1.6em + var(--strip));padding-bottom:var(--strip);background:bottom/100% var(--strip) no-repeat}
.swatch{flex:none;width:.75rem;height:.75rem;border-radius:2px}
${stripes.map((_, i) => `.stripe-${i}{background:var(--stripe-${i})}`).join("")}
.peaks,#watched{list-style:none;margin:.6rem 0 0;padding:0;font-size:.8125rem;color:var(--muted);font-variant-numeric:tabular-nums}
.peaks li,#watched li{display:flex;gap:.5rem;align-items:center}
#watched li span:nth-child(2){flex:1}
.reasoning{color:var(--muted);font-size:.875rem;margin-bottom:.5rem}
.receipt{display:flex;flex-wrap:wrap;gap:0 1rem;margin:.6rem 0 0;padding-top:.4rem;border-top:1px solid var(--line);font-size:.8125rem;color:var(--muted);font-variant-numeric:tabular-nums}
.receipt:empty{visibility:hidden}
.go-on{display:flex;gap:1rem;border:0;margin:.5rem 0 0;padding:0;font-size:.875rem;color:var(--muted)}
.go-on legend{float:left;padding:0;margin-right:1rem}
#composer{padding:.75rem 1.25rem 1rem;background:var(--surface);border-top:1px solid var(--line)}
label{font-size:.875rem}
select,input:not([type=range],[type=radio]),textarea,button{font:inherit;font-size:.9375rem;color:var(--ink);background:var(--page);border:1px solid var(--muted);border-radius:6px;padding:.35rem .6rem;width:100%}
textarea{resize:vertical;display:block}
button{width:auto;cursor:pointer}
.small{font-size:.8125rem;padding:.05rem .5rem;justify-self:start}
#found{list-style:none;margin:0;padding:0;font-size:.875rem}
#found>li{padding:.4rem 0;border-top:1px solid var(--line)}
#found .buttons{margin:.25rem 0 0}
#found ol{margin:.25rem 0;padding-left:1.25rem;font-size:.8125rem}
#found p{margin:.25rem 0;font-size:.8125rem}
.line{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 .5rem}
.line label{grid-column:1/-1}
button:disabled{color:var(--muted);cursor:default}
#send{background:var(--accent);border-color:var(--accent);color:var(--surface)}
#send:disabled{background:none;border-color:var(--muted);color:var(--muted)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.buttons{display:flex;flex-wrap:wrap;gap:.5rem;margin:.6rem 0 0}
.field{margin:0 0 .5rem}
.fields{display:grid;grid-template-columns:1fr 1fr;gap:0 .75rem}
.note{font-size:.8125rem;color:var(--muted);margin:0 0 .75rem}
.slider{display:grid;grid-template-columns:minmax(0,1fr) minmax(3.5rem,auto);gap:0 .5rem;align-items:center;margin-bottom:.5rem}
.slider label{grid-area:1/1}
.slider .tools{grid-area:1/2;display:flex;gap:.25rem;justify-content:flex-end}
.slider input{grid-area:2/1;width:100%;margin:0;accent-color:var(--accent)}
.slider output{grid-area:2/2;font-size:.875rem;text-align:right;font-variant-numeric:tabular-nums}
#layers{display:flex;gap:2px;height:1.25rem;margin-top:.75rem}
.cell{flex:1;background:var(--line);border-radius:2px;position:relative;overflow:hidden}
.cell::after{content:"";position:absolute;inset:auto 0 0;height:calc(30% + 70%*var(--dose))}
.cell.more::after{background:var(--accent)}
.cell.less::after{background:var(--bad)}
#key-form{display:flex;gap:.5rem;align-items:center;padding:.75rem 1.25rem;background:var(--surface)}
#key-form label{white-space:nowrap}
pre{white-space:pre-wrap;font:.8125rem/1.45 ui-monospace,"SF Mono",Menlo,Consolas,monospace;background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.6rem;max-height:16rem;overflow:auto}
summary{cursor:pointer;font-size:.875rem}
details{margin-top:.5rem}
@media (max-width:52rem){
html,body{height:auto}
main{display:block}
#controls{border-left:0;border-top:1px solid var(--line)}
#turns{overflow:visible}
}
`;
