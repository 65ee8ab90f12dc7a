import type { Figure } from "./figure";
import type { Look, Palette } from "./look";

/** What can be said of a difference; of several draws only where they lie. */
const FINDINGS = ["raises", "doubted", "lowers", "open", "draws"] as const;
export type ForestFinding = (typeof FINDINGS)[number];

/** A difference with its interval, in shares. */
export interface ForestRow {
  readonly name: string;
  readonly difference: number;
  /** Of draws their range. */
  readonly interval: readonly [number, number];
  readonly finding: ForestFinding;
  /** Names the rows that stand below it in its group. */
  readonly leads?: boolean;
}

/** What belongs together, such as a profile and its controls. */
export type ForestGroup = readonly ForestRow[];

/** Pixels of a row where there is room, and on a phone; between two groups; of the axis, and of a line of the legend. */
const ROW = { wide: 20, narrow: 15 };
const GAP = 8;
const AXIS = 26;
const LEGEND_LINE = 17;
/** Pixels of a letter, about, and by which a row stands in from the one that leads its group. */
const LETTER = 7;
const INDENT = 10;

/** Differences in points, by group. @param metric what they are of, such as "accuracy" */
export function forestFigure(groups: readonly ForestGroup[], metric: string): Figure {
  return {
    name: "arms",
    title: "Difference from no steering, in points",
    description:
      "Each arm's difference, on the same questions, from the arm that it is compared with, in percentage points with its interval of 95\u00a0%; of draws the mean and the range. An interval that crosses 0 shows no effect.",
    spec: (look) => spec(groups, metric, look),
  };
}

function words(metric: string): Readonly<Record<ForestFinding, string>> {
  return {
    raises: `raises ${metric}`,
    doubted: "raises it, in doubt",
    lowers: `lowers ${metric}`,
    open: "no measurable change",
    draws: "range of draws",
  };
}

/** How each finding is drawn: told apart by more than its colour. */
function signs({ good, doubt, bad, muted, surface }: Palette) {
  return {
    raises: { colour: good, fill: good, shape: "circle" },
    doubted: { colour: doubt, fill: doubt, shape: "diamond" },
    lowers: { colour: bad, fill: bad, shape: "triangle-down" },
    open: { colour: muted, fill: surface, shape: "circle" },
    draws: { colour: muted, fill: muted, shape: "M-0.2,-1H0.2V1H-0.2Z" },
  } satisfies Record<ForestFinding, object>;
}

function spec(groups: readonly ForestGroup[], metric: string, { width, palette }: Look): ReturnType<Figure["spec"]> {
  const narrow = width < 500;
  const columns = narrow ? 2 : FINDINGS.length;
  const { rows, ends, height } = placed(groups, narrow ? ROW.narrow : ROW.wide);
  const longest = rows.reduce((most, { name, indent }) => Math.max(most, LETTER * name.length + indent), 0);
  const left = Math.min(longest, width / 2) + INDENT;
  const found = FINDINGS.filter((finding) => rows.some((row) => row.finding === finding));
  const of = { words: words(metric), signs: signs(palette) };
  const values = rows.map(({ finding, difference, interval: [low, high], ...row }) => ({
    ...row,
    ...{ difference: 100 * difference, low: 100 * low, high: 100 * high },
    ...{ finding: of.words[finding], thickness: finding === "draws" ? 6 : 2 },
  }));
  const sign = (name: "colour" | "fill" | "shape") => ({
    ...{ name, type: "ordinal" as const, domain: found.map((finding) => of.words[finding]) },
    range: found.map((finding) => of.signs[finding][name]),
  });
  const finding = (scale: "colour" | "fill" | "shape") => ({ scale, field: "finding" });
  const y = { scale: "y", field: "y" };
  const zero = { scale: "x", value: 0 };
  return {
    height: height + AXIS + LEGEND_LINE * Math.ceil(found.length / columns),
    padding: { top: 4, right: 4, bottom: 4, left: 0 },
    data: [
      { name: "rows", values },
      { name: "ends", values: ends.map((y) => ({ y })) },
    ],
    scales: [
      { name: "y", type: "linear", range: [0, { signal: "height" }], domain: [0, height] },
      {
        name: "x",
        type: "linear",
        range: [left, { signal: "width" }],
        nice: true,
        zero: true,
        domain: { fields: [{ data: "rows", field: "low" }, { data: "rows", field: "high" }] }, // prettier-ignore
      },
      ...[sign("colour"), sign("fill"), sign("shape")],
    ],
    axes: [
      {
        orient: "bottom",
        scale: "x",
        grid: true,
        tickCount: narrow ? 4 : 8,
        encode: { labels: { update: { text: { signal: "datum.value ? format(datum.value, '+~f') : '0'" } } } },
      },
    ],
    legends: [
      { stroke: "colour", fill: "fill", shape: "shape", orient: "top", direction: "horizontal", columns, symbolStrokeWidth: 1.5, offset: 8 }, // prettier-ignore
    ],
    marks: [
      {
        type: "rule",
        from: { data: "ends" },
        encode: { enter: { x: { value: 0 }, x2: { signal: "width" }, y, stroke: { value: palette.line } } },
      },
      { type: "rule", encode: { enter: { x: zero, y: { value: 0 }, y2: { signal: "height" }, stroke: { value: palette.muted } } } }, // prettier-ignore
      {
        type: "text",
        from: { data: "rows" },
        encode: { enter: { x: { field: "indent" }, y, text: { field: "name" }, fontWeight: { field: "weight" }, baseline: { value: "middle" }, limit: { value: left - INDENT } } }, // prettier-ignore
      },
      {
        type: "rule",
        from: { data: "rows" },
        encode: { enter: { x: { scale: "x", field: "low" }, x2: { scale: "x", field: "high" }, y, stroke: finding("colour"), strokeWidth: { field: "thickness" }, strokeOpacity: { signal: "datum.thickness > 2 ? 0.3 : 1" } } }, // prettier-ignore
      },
      {
        type: "symbol",
        from: { data: "rows" },
        encode: { enter: { x: { scale: "x", field: "difference" }, y, shape: finding("shape"), fill: finding("fill"), stroke: finding("colour"), strokeWidth: { value: 1.5 }, size: { value: narrow ? 50 : 64 } } }, // prettier-ignore
      },
    ],
  };
}

/** Each row's place in pixels from the top, and where a group ends and the next begins. */
function placed(groups: readonly ForestGroup[], row: number) {
  let height = 0;
  const ends: number[] = [];
  const rows = groups.flatMap((group, i) => {
    if (i > 0) ends.push((height += GAP) - GAP / 2);
    const isLed = group.some(({ leads }) => leads);
    return group.map((entry) => {
      height += row;
      const { leads = false } = entry;
      return { ...entry, y: height - row / 2, weight: leads ? "bold" : "normal", indent: isLed && !leads ? INDENT : 0 };
    });
  });
  return { rows, ends, height };
}
