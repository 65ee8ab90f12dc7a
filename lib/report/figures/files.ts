import { join } from "node:path";
import { invalidArgument } from "../../errors";
import { writeFileAtomically } from "../../files/atomic-write";
import { makeFolder } from "../../files/folder";
import type { Figure } from "./figure";
import type { FigureFormat } from "./formats";
import { LIGHT } from "./look";
import { renderSvg } from "./render";

/** Width of a figure in CSS pixels, and how many dots of a PNG one of these is: enough for print at 18 cm. */
const WIDTH = 720;
const SCALE = 3;

/** What the systems call "sans-serif"; where it is missing, another font of the system is taken. */
const SANS_SERIF: Partial<Record<NodeJS.Platform, string>> = { darwin: "Helvetica", win32: "Arial" };

/** Writes each figure in each format into `<directory>/figures`. @returns the paths @throws ERR_FILE_WRITE */
export async function writeFigures(
  directory: string,
  figures: readonly Figure[],
  formats: readonly FigureFormat[],
): Promise<string[]> {
  const folder = join(directory, "figures");
  await makeFolder(folder);
  const paths: string[] = [];
  for (const figure of figures) {
    const svg = await renderSvg(figure, { width: WIDTH, palette: LIGHT });
    for (const format of formats) {
      const path = join(folder, `${figure.name}.${format}`);
      await writeFileAtomically(path, format === "svg" ? svg : await toPng(svg));
      paths.push(path);
    }
  }
  return paths;
}

/** @throws ERR_INVALID_ARGUMENT where the system has no font: the letters would be missing without a word */
async function toPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js");
  const family = SANS_SERIF[process.platform] ?? "DejaVu Sans";
  const font = { loadSystemFonts: true, defaultFontFamily: family, sansSerifFamily: family };
  const options = { fitTo: { mode: "zoom" as const, value: SCALE }, background: LIGHT.surface, font };
  const probe = new Resvg(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text y="9">M</text></svg>`);
  if (!probe.getBBox()) throw invalidArgument("figures", "svg alone: this system has no font for PNG", "png");
  return new Resvg(svg, options).render().asPng();
}
