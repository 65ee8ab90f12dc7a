import type { Spec } from "vega";
import { SteeringError } from "../../errors";
import { escapeHtml } from "../html";
import type { Figure } from "./figure";
import type { Look } from "./look";

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', Arial, sans-serif";

/** The figure as an SVG document: one image with a title to those who listen to the page. @throws ERR_INTERNAL */
export async function renderSvg({ name, title, description, spec }: Figure, look: Look): Promise<string> {
  const vega = await import("vega"); // slow to load: only reports wait for it
  // Estimates, so that a figure has the same bytes whether or not a canvas is installed. Its types leave it out.
  (vega as unknown as { textMetrics: { canvas: (use: boolean) => void } }).textMetrics.canvas(false);
  const logger = vega.logger(vega.Error, undefined, (_method, _level, messages) => {
    throw new SteeringError("ERR_INTERNAL", `figure ${name}: ${messages.map(String).join(" ")}`, { figure: name });
  });
  const view = new vega.View(vega.parse(withLook(spec(look), look)), { renderer: "none", logger });
  const svg = await view.toSVG();
  view.finalize();
  const label = escapeHtml(`${title}. ${description}`);
  return svg
    .replaceAll(/ (?:role|aria-[a-z]+|pointer-events|class)="[^"]*"/g, "") // of each mark: one label says it all
    .replaceAll(/<path d="[^"]*"( display="none")?\/>/g, "") // backgrounds without a fill
    .replace(
      /^<svg /,
      `<svg role="img" aria-label="${label}" font-family="${escapeHtml(FONT)}" fill="${look.palette.ink}" `,
    );
}

function withLook(spec: Spec, { width, palette }: Look): Spec {
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
      text: { font: FONT, fontSize: 12, fill: palette.ink },
    },
  };
}
