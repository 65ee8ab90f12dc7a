import type { Figure } from "../figures/figure";
import { seriesColours } from "../figures/look";

/** One line of a chart: values at equal distances. */
export interface Line {
  readonly name: string;
  readonly values: readonly number[];
}

/** Points that a line is drawn by: each the mean of those around it. */
const POINTS = 160;

/** Of lines, by sixes, which is how many colours there are. */
const DASHES = [[], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3]];

/** Lines over the tokens that were trained on. */
export function curveFigure(
  about: Pick<Figure, "name" | "title" | "description">,
  lines: readonly Line[],
  tokens: number,
  axis: string,
): Figure {
  const values = lines.flatMap(({ name, values }) =>
    thinned(values).map(({ at, value }) => ({ name, at: at * tokens, value })),
  );
  const names = lines.map(({ name }) => name);
  return {
    ...about,
    spec: ({ width, palette }) => ({
      height: width < 500 ? 240 : 280,
      padding: 4,
      data: [{ name: "points", values }],
      scales: [
        { name: "x", type: "linear", range: "width", domain: [0, tokens] },
        {
          name: "y",
          type: "linear",
          range: "height",
          nice: true,
          zero: true,
          domain: { data: "points", field: "value" },
        },
        { name: "colour", type: "ordinal", domain: names, range: seriesColours(palette) },
        {
          name: "dash",
          type: "ordinal",
          domain: names,
          range: names.map((_, i) => DASHES[Math.floor(i / 6) % DASHES.length]!),
        },
      ],
      axes: [
        { orient: "left", scale: "y", grid: true, title: axis, tickCount: 5 },
        { orient: "bottom", scale: "x", title: "tokens", tickCount: 5, format: "~s" },
      ],
      legends: [{ stroke: "colour", strokeDash: "dash", orient: "top", direction: "horizontal", columns: width < 500 ? 3 : 8, symbolType: "stroke", symbolStrokeWidth: 3 }], // prettier-ignore
      marks: [
        {
          type: "group",
          from: { facet: { name: "series", data: "points", groupby: "name" } },
          marks: [
            {
              type: "line",
              from: { data: "series" },
              encode: {
                enter: {
                  x: { scale: "x", field: "at" },
                  y: { scale: "y", field: "value" },
                  stroke: { scale: "colour", field: "name" },
                  strokeDash: { scale: "dash", field: "name" },
                  strokeWidth: { value: 1.5 },
                },
              },
            },
          ],
        },
      ],
    }),
  };
}

/** Means of neighbours, and where of all they are, in (0, 1]. */
function thinned(values: readonly number[]): { at: number; value: number }[] {
  const n = Math.min(POINTS, values.length);
  return Array.from({ length: n }, (_, i) => {
    const [begin, end] = [i, i + 1].map((part) => Math.floor((part * values.length) / n)) as [number, number];
    const some = values.slice(begin, end);
    return { at: end / values.length, value: some.reduce((sum, value) => sum + value, 0) / some.length };
  });
}
