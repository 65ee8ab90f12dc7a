import { join } from "node:path";
import { writeFileAtomically } from "../../files/atomic-write";
import { makeFolder } from "../../files/folder";
import type { Figure } from "./figure";
import type { FigureFormat } from "./formats";
import { LIGHT } from "./look";
import { pngWriter } from "./png";
import { renderSvg } from "./render";

/** Width of a figure in CSS pixels. */
const WIDTH = 720;

/** What makes the files of a format, of figures in SVG. */
export interface FigureWriter {
  readonly format: FigureFormat;
  readonly write: (svg: string) => string | Uint8Array;
}

/** @throws ERR_MISSING_PACKAGE, ERR_INVALID_ARGUMENT where this machine cannot make PNG */
export function figureWriters(formats: readonly FigureFormat[]): FigureWriter[] {
  return formats.map((format) => ({ format, write: format === "svg" ? (svg) => svg : pngWriter() }));
}

/** Writes each figure by each writer into `<directory>/figures`. @returns the paths @throws ERR_FILE_WRITE */
export async function writeFigures(
  directory: string,
  figures: readonly Figure[],
  writers: readonly FigureWriter[],
): Promise<string[]> {
  const folder = join(directory, "figures");
  await makeFolder(folder);
  const paths: string[] = [];
  for (const figure of figures) {
    const svg = await renderSvg(figure, { width: WIDTH, palette: LIGHT });
    for (const { format, write } of writers) {
      const path = join(folder, `${figure.name}.${format}`);
      await writeFileAtomically(path, write(svg));
      paths.push(path);
    }
  }
  return paths;
}
