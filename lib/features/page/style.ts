import { STYLE } from "../../report/style";

/** As the report's, and what its pages have not. */
export const FEATURES_STYLE = `${STYLE}
nav a[aria-current]{color:var(--accent);font-weight:600}
h2:focus{outline:none}
.steps{display:flex;gap:1.25rem;font-size:.875rem;margin:0 0 1rem}
section:first-child{border-top:0}
td.tokens code{border:1px solid var(--line);border-radius:4px;padding:0 .3rem;margin:0 .2rem .1rem 0;display:inline-block}
td.text small{white-space:normal;max-width:34rem;overflow-wrap:anywhere}
.label small{display:block}
.label strong{color:var(--ink)}
.filters input[type=number]{width:7rem}
.contexts{padding:0;list-style:none;margin:0 0 1.5rem}
.contexts li{max-width:none;display:grid;grid-template-columns:4.5rem minmax(0,1fr);gap:.5rem;padding:.35rem 0;border-top:1px solid var(--line);font-size:.9rem}
.contexts .meta{text-align:right;font-variant-numeric:tabular-nums}
.context{white-space:pre-wrap;overflow-wrap:anywhere}
.active{background:color-mix(in srgb,var(--accent) calc(8% + 32%*var(--share)),transparent);border-radius:2px}
strong.active{box-shadow:inset 0 -2px var(--accent)}
`;
