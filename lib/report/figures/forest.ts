import type { Figure } from "./figure";
import type { Look } from "./look";

/** A difference with its interval, in shares. */
export interface ForestRow {
  readonly name: string;
  readonly difference: number;
  readonly interval: readonly [number, number];
  /** Steering that was evaluated; a control beside it; or the spread of several draws. */
  readonly kind: "profile" | "control" | "draws";
}

const ROW = 26;

/** Each arm's difference from the one it is compared with, in points. */
export function forestFigure(rows: readonly ForestRow[]): Figure {
  return {
    name: "arms",
    title: "Difference from no steering",
    description:
      "Each arm's difference, on the same questions, from the arm that it is compared with, in percentage points with its interval of 95\u00a0%; of random features the mean and the range of the draws. An interval that crosses 0 shows no effect.",
    spec: (look) => spec(rows, look),
  };
}

function spec(rows: readonly ForestRow[], { width, palette }: Look): ReturnType<Figure["spec"]> {
  const colour = { profile: palette.accent, control: palette.muted, draws: palette.muted };
  const values = rows.map(({ name, difference, interval: [low, high], kind }) => ({
    name,
    ...{ difference: 100 * difference, low: 100 * low, high: 100 * high },
    colour: colour[kind],
    shape: kind === "draws" ? "diamond" : "circle",
  }));
  const y = { scale: "y", field: "name", band: 0.5 };
  return {
    height: rows.length * ROW + 56,
    padding: 4,
    data: [{ name: "rows", values }],
    scales: [
      { name: "y", type: "band", range: "height", domain: rows.map(({ name }) => name) },
      {
        name: "x",
        type: "linear",
        range: "width",
        nice: true,
        zero: true,
        domain: { fields: [{ data: "rows", field: "low" }, { data: "rows", field: "high" }] }, // prettier-ignore
      },
    ],
    axes: [
      { orient: "bottom", scale: "x", grid: true, title: "points", tickCount: width < 500 ? 4 : 8, format: "+~f" },
      { orient: "left", scale: "y", domain: false, ticks: false, labelColor: palette.ink, labelLimit: width / 2 },
    ],
    marks: [
      { type: "rule", encode: { enter: { x: { scale: "x", value: 0 }, y: { value: 0 }, y2: { signal: "height" }, stroke: { value: palette.ink } } } }, // prettier-ignore
      {
        type: "rule",
        from: { data: "rows" },
        encode: { enter: { x: { scale: "x", field: "low" }, x2: { scale: "x", field: "high" }, y, stroke: { field: "colour" }, strokeWidth: { value: 2 } } }, // prettier-ignore
      },
      {
        type: "symbol",
        from: { data: "rows" },
        encode: { enter: { x: { scale: "x", field: "difference" }, y, shape: { field: "shape" }, fill: { field: "colour" }, size: { value: 70 } } }, // prettier-ignore
      },
    ],
  };
}
