import type * as resvg from "@resvg/resvg-js";
import { invalidArgument } from "../../errors";
import { requireOptional } from "../../optional-package";
import { LIGHT } from "./look";

/** How many dots one CSS pixel is: enough for print at 18 cm. */
const SCALE = 3;

/** What the systems call "sans-serif"; where it is missing, another font of the system is taken. */
const SANS_SERIF: Partial<Record<NodeJS.Platform, string>> = { darwin: "Helvetica", win32: "Arial" };

/**
 * What makes a PNG of a figure in SVG.
 *
 * @throws ERR_MISSING_PACKAGE without resvg; ERR_INVALID_ARGUMENT where the system has no font: the letters would be
 * missing without a word
 */
export function pngWriter(): (svg: string) => Uint8Array {
  const { Resvg } = requireOptional("@resvg/resvg-js", "PNG figures need") as typeof resvg;
  const probe = new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">M</text></svg>`);
  if (!probe.getBBox()) throw invalidArgument("figures", "svg alone: this system has no font for PNG", "png");
  const family = SANS_SERIF[process.platform] ?? "DejaVu Sans";
  const font = { loadSystemFonts: true, defaultFontFamily: family, sansSerifFamily: family };
  const options = { fitTo: { mode: "zoom" as const, value: SCALE }, background: LIGHT.surface, font };
  return (svg) => new Resvg(svg, options).render().asPng();
}
