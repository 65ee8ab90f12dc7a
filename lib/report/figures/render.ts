import { createRequire } from "node:module";
import type * as Vega from "vega";
import { SteeringError } from "../../errors";
import { escapeHtml, isolated } from "../html";
import type { Figure } from "./figure";
import type { Look } from "./look";

/** Widths of letters as a share of the font's size, on average over usual sans-serif fonts. */
const LETTER = 0.58;

/** What Vega's types leave out. Its own estimate is a third too wide, and with a canvas it would measure the system's fonts. */
interface TextMetrics {
  width: (item: { readonly fontSize?: number }, text: string) => number;
}

const letterWidths: TextMetrics["width"] = ({ fontSize = 11 }, text) => LETTER * fontSize * text.length;

/** Vega as its publishers bundle it, beside this file in the build: its fifty packages would be 13 MB to every user. */
function loadVega(): typeof Vega & { textMetrics: TextMetrics } {
  return createRequire(__filename)("./vega.cjs") as ReturnType<typeof loadVega>;
}

/** The figure as an SVG document: one image with a title to those who listen to the page. @throws ERR_INTERNAL */
export async function renderSvg({ name, title, description, spec }: Figure, look: Look): Promise<string> {
  const vega = loadVega();
  vega.textMetrics.width = letterWidths;
  const logger = vega.logger(vega.Error, undefined, (_method, _level, messages) => {
    throw new SteeringError("ERR_INTERNAL", `figure ${name}: ${messages.map(String).join(" ")}`, { figure: name });
  });
  const view = new vega.View(vega.parse(withTextIsolated(withLook(spec(look), look))), { renderer: "none", logger });
  const svg = await view.toSVG();
  view.finalize();
  const label = escapeHtml(`${title}. ${description}`);
  return svg
    .replaceAll(/ (?:role|aria-[a-z]+|pointer-events|class|font-family)="[^"]*"/g, "") // of each mark: said once
    .replaceAll(/<path d="[^"]*"( display="none")?\/>/g, "") // backgrounds without a fill
    .replace(/^<svg /, `<svg role="img" aria-label="${label}" font-family="sans-serif" fill="${look.palette.ink}" `);
}

/** Names of arms and features come from data. */
function withTextIsolated(spec: Vega.Spec): Vega.Spec {
  const text = JSON.stringify(spec);
  return JSON.parse(text, (_key, value: unknown) => (typeof value === "string" ? isolated(value) : value)) as Vega.Spec;
}

function withLook(spec: Vega.Spec, { width, palette }: Look): Vega.Spec {
  const text = { labelColor: palette.muted, titleColor: palette.muted, labelFontSize: 12, titleFontSize: 12 };
  return {
    ...spec,
    width,
    autosize: { type: "fit", contains: "padding" },
    config: {
      axis: {
        ...text,
        domainColor: palette.line,
        tickColor: palette.line,
        gridColor: palette.line,
        gridOpacity: 0.6,
        titleFontWeight: "normal",
        titlePadding: 8,
        labelPadding: 4,
        labelOverlap: true,
      },
      legend: { ...text, titleFontWeight: "normal", symbolSize: 70, labelLimit: 240 },
      style: { cell: { stroke: "transparent" } },
      text: { fontSize: 12, fill: palette.ink },
    },
  };
}
