import { customProperties, DARK, LIGHT } from "./figures/look";

const COLOURS = `
:root{color-scheme:light dark;--shade:#0003;${customProperties(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{--shade:#000a;${customProperties(DARK)}}}
`;

const TEXT = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:3.5rem}
body{margin:0;background:var(--surface);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
h1{font-size:.95rem;font-weight:500;margin:0;color:var(--muted)}
h2{font-size:1.25rem;line-height:1.3;letter-spacing:-.01em;margin:0 0 1rem}
h3{font-size:1rem;margin:0 0 .5rem}
p{margin:.5rem 0}
p,li,figcaption{max-width:48rem;text-wrap:pretty}
a{color:var(--accent)}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,monospace;font-size:.85em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
small,.note,.meta,.label{color:var(--muted)}
.note,.meta{font-size:.8125rem}
.warning{border-left:3px solid var(--bad);padding-left:.75rem}
:is(a,summary,button,input,select,.scroll):focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
`;

const FRAME = `
.skip{position:absolute;left:-99rem;background:var(--surface);padding:.5rem 1rem;z-index:3}
.skip:focus{left:0}
nav{position:sticky;top:0;z-index:2;background:var(--surface);border-bottom:1px solid var(--line);font-size:.875rem}
nav p{display:none}
nav ul{display:flex;gap:1.25rem;overflow-x:auto;list-style:none;margin:0;padding:0 3rem 0 1rem;scrollbar-width:none;mask-image:linear-gradient(270deg,transparent,#000 3rem)}
nav li{max-width:none;white-space:nowrap}
nav a{display:block;padding:.6rem 0;color:var(--muted);text-decoration:none}
nav a:is(:hover,:focus-visible){color:var(--accent)}
main{padding:0 1rem 4rem;min-width:0}
header{padding:1rem 0 2rem}
section{border-top:1px solid var(--line);padding:2rem 0}
.halves,.glance{display:grid;gap:1rem 3rem;align-items:start}
.halves>*,.glance>*{min-width:0;margin-top:0}
@media screen and (min-width:68rem){
body{display:grid;grid-template-columns:11.5rem minmax(0,1fr);max-width:100rem;margin:0 auto}
html{scroll-padding-top:1rem}
nav{height:100vh;border-bottom:0;border-right:1px solid var(--line);padding:1.5rem 0;overflow-y:auto}
nav p{display:block;margin:0 1.5rem .75rem;font-weight:600}
nav ul{display:block;padding:0 1.5rem;mask-image:none}
nav li{white-space:normal}
nav a{padding:.3rem 0}
main{padding:0 2.5rem 4rem}
header{padding-top:1.5rem}
}
@media screen and (min-width:80rem){
.halves{grid-template-columns:repeat(2,minmax(0,1fr))}
.glance{grid-template:"numbers figure" auto "facts figure" 1fr/17rem minmax(0,1fr)}
.glance .numbers{grid-area:numbers;grid-template-columns:auto}
.glance .facts{grid-area:facts}
.glance figure{grid-area:figure}
}
`;

const VERDICT = `
.headline{color:var(--ink);font-size:1.5rem;line-height:1.28;font-weight:650;letter-spacing:-.015em;max-width:64rem;margin:.35rem 0 1.25rem}
.headline.long{font-size:1.25rem}
dl,dd{margin:0}
.numbers{display:grid;gap:1.1rem;grid-template-columns:repeat(3,auto)}
.numbers div{display:flex;flex-direction:column-reverse;justify-content:flex-end}
.numbers dd{font-size:1.75rem;line-height:1.15;font-weight:600;letter-spacing:-.02em;font-variant-numeric:tabular-nums;white-space:nowrap}
.numbers dt{font-size:.8125rem;line-height:1.35;color:var(--muted)}
.facts{font-size:.8125rem;font-variant-numeric:tabular-nums}
.facts dt{color:var(--muted)}
header .facts{border-top:1px solid var(--line);padding-top:.75rem}
header .facts div{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.75rem;margin-bottom:.25rem}
article .facts{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;margin:.5rem 0}
article .facts dt{font-size:.75rem}
.sentences{padding-left:1.1rem;margin:0 0 1rem}
.sentences li{margin-bottom:.35rem}
.finding{margin:0 0 .75rem}
.finding .sentences{margin-top:.5rem}
summary{cursor:pointer}
summary::marker{color:var(--accent)}
summary:hover{color:var(--accent)}
`;

const FIGURES = `
figure{margin:1.5rem 0}
.halves figure{margin-top:0}
figcaption{font-weight:600;font-size:.875rem;margin-bottom:.35rem}
figure svg{display:block;font-family:inherit;max-width:100%;height:auto}
.narrow,.cue{display:none}
`;

const TABLES = `
.scroll{overflow-x:auto;margin:1rem 0;background:linear-gradient(90deg,var(--surface) 30%,transparent) left,linear-gradient(270deg,var(--surface) 30%,transparent) right,linear-gradient(90deg,var(--shade),transparent) left,linear-gradient(270deg,var(--shade),transparent) right;background-size:3rem 100%,3rem 100%,.75rem 100%,.75rem 100%;background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;min-width:min(100%,40rem)}
th,td{padding:.4rem .55rem;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);vertical-align:baseline}
thead th{color:var(--muted);font-weight:500;vertical-align:bottom;white-space:normal}
tbody tr:hover>*{background:var(--page)}
th:first-child{text-align:left;position:sticky;left:0;z-index:1;background:var(--surface);padding-left:0;font-weight:600}
td.text,th.text{text-align:left}
td.text{white-space:normal;min-width:8rem}
td code{white-space:nowrap}
td small{display:block;white-space:nowrap}
.chip{display:inline-block;white-space:nowrap;border:1px solid var(--line);border-radius:4px;padding:0 .4rem;margin:.1rem .15rem .1rem 0}
`;

const PARTS = `
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:1.5rem 3rem}
.cards article{border-top:1px solid var(--line);padding-top:.75rem;min-width:0}
.cards h3 a{font-weight:400;font-size:.85rem;margin-left:.5rem}
.tokens{margin:.35rem 0}
.tokens span{color:var(--muted);font-size:.75rem}
.tokens code{border:1px solid var(--line);border-radius:4px;padding:0 .3rem;margin-right:.1rem;display:inline-block}
.example{font-size:.875rem;margin:.35rem 0 0 1rem}
details pre{margin:.5rem 0;max-height:20rem;overflow:auto}
mark{background:none;border-radius:3px;padding:0 .2rem;font-weight:600;outline:1px solid}
mark.right,.right .label{color:var(--good)}
mark.wrong,.wrong .label{color:var(--bad)}
.filters{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin-bottom:1rem}
.filters label{display:grid;font-size:.8125rem;color:var(--muted);min-width:0}
.filters output{font-size:.875rem;color:var(--muted);padding-bottom:.4rem}
select,input,button{font:inherit;font-size:.95rem;color:var(--ink);background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.35rem .6rem;max-width:100%}
input{width:16rem}
button{cursor:pointer;margin-top:1rem}
.change{border-top:1px solid var(--line);padding:.75rem 0}
.change .meta{margin:0 0 .25rem}
.prompt summary{white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-size:.875rem}
.prompt[open] .start{display:none}
.start{color:var(--muted)}
.label{font-size:.8125rem}
.answers{display:flex;flex-wrap:wrap;gap:.6rem;margin-top:.5rem}
.answer{border-left:3px solid var(--line);padding-left:.6rem;flex:1 1 auto;min-width:min(100%,5rem)}
.answer pre{max-height:15rem;overflow:auto}
.answer.right{border-color:var(--good)}
.answer.wrong{border-color:var(--bad)}
.provenance{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1rem;font-size:.875rem}
.provenance dt{color:var(--muted)}
.provenance dd{overflow-wrap:anywhere}
.command{background:var(--page);border:1px solid var(--line);border-radius:6px;padding:.75rem}
`;

const PHONE = `
@media screen and (max-width:52rem){
.wide{display:none}
.narrow,.cue{display:block}
section{padding:1.5rem 0}
.headline{font-size:1.0625rem;line-height:1.32;letter-spacing:-.01em;margin:.2rem 0 .6rem}
.headline.long{font-size:.9rem}
header{padding:.5rem 0 1.5rem}
.glance{gap:.75rem}
.glance .numbers{grid-template-columns:1.45fr 1.15fr 1fr;gap:.6rem}
.numbers dd{font-size:1.05rem}
.numbers dt{font-size:.75rem;line-height:1.25}
.cue{font-size:.8125rem;color:var(--muted);text-align:right;margin:1rem 0 -.75rem}
.scroll{margin-right:-1rem}
th,td{padding:.4rem .35rem}
th[scope=row]{white-space:normal;min-width:5rem;max-width:7.5rem}
.keep{position:sticky;right:0;background:var(--surface);border-left:1px solid var(--line);min-width:4rem}
.provenance{display:block}
.provenance dd{margin-bottom:.4rem}
}
@media screen and (max-width:22rem){.numbers dd{font-size:.9rem}}
`;

const PRINT = `
@page{margin:15mm}
@media print{
:root{color-scheme:light}
body{font-size:10pt}
nav,.skip,.filters,button{display:none}
main{padding:0}
section{padding:1rem 0}
.headline{font-size:15pt}
.glance,.halves{display:block}
.numbers{margin-bottom:1rem}
.scroll{overflow:visible;background:none}
table{font-size:7.5pt}
th{white-space:normal}
th,td{padding:.2rem .3rem}
h2,h3,figcaption,summary{break-after:avoid}
figure,tr,article,.change{break-inside:avoid}
details::details-content{content-visibility:visible;block-size:auto}
details pre,.answer pre{max-height:none}
}
`;

/** Of all pages: by the reader's preference light or dark, readable from 320 pixels on, and on paper. */
export const STYLE = [COLOURS, TEXT, FRAME, VERDICT, FIGURES, TABLES, PARTS, PHONE, PRINT]
  .map((part) => part.trim())
  .join("\n");
