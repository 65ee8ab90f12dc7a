import { invalidArgument } from "../../errors";

const FIGURE_FORMATS = ["svg", "png"] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

/** @throws ERR_INVALID_ARGUMENT */
export function checkFormats(formats: readonly FigureFormat[]): void {
  const unknown = formats.find((format) => !FIGURE_FORMATS.includes(format));
  if (unknown !== undefined) throw invalidArgument("figures", `some of ${FIGURE_FORMATS.join(", ")}`, unknown);
  if (new Set(formats).size < formats.length) throw invalidArgument("figures", "each format once", formats);
}
