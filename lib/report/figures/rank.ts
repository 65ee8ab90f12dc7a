import { isGiven, type Ranking } from "../../rank/ranking";
import { STRENGTHS, type Sign } from "../../rank/sign";
import { count } from "../../quantity";
import { featureNames, type FeatureKey } from "../../sae/name";
import type { RankPoints } from "../rank-points";
import type { Figure } from "./figure";
import type { Look } from "./look";
import { placeLabels } from "./place-labels";

/** Side of a cell in pixels: features whose dots would lie on one another are one cell. */
const CELL = 5;
/** What axes and their titles take of the figure, about. */
const AXIS = 60;

/** Which dots the band is not of. */
const OTHER_DOTS: Readonly<Record<Sign, string>> = {
  positive: ", which is not of open dots",
  negative: ", which is of open dots alone",
  both: "",
};

/** Every feature that fires: how often, how strongly it goes with the score, and what chance reaches. */
export function rankFigure(points: RankPoints, ranking: Ranking, selected: readonly FeatureKey[]): Figure {
  const band = bandOf(ranking);
  const chance =
    band === null
      ? ""
      : ` The grey band is what the best feature of all layers reaches by chance (${ranking.null!.permutations} permutations of the scores, 95\u00a0%: ${STRENGTHS[ranking.sign]} = ${band.toFixed(3)})${OTHER_DOTS[ranking.sign]}.`;
  return {
    name: "rank",
    title: "Correlation against firing frequency",
    description: `${count(points.r.length)} features that fire, darker where there are more, open where r is negative; large dots were selected.${chance}`,
    spec: (look) => spec(points, band, { selected, nameOf: featureNames(ranking.layers) }, look),
  };
}

/** The band is of what was permuted: plain r only where nothing is held constant. */
function bandOf(ranking: Ranking): number | null {
  return ranking.null && !isGiven(ranking) ? ranking.null.threshold : null;
}

function spec(
  points: RankPoints,
  band: number | null,
  named: Named,
  { width, palette }: Look,
): ReturnType<Figure["spec"]> {
  const height = width < 500 ? 260 : 320;
  const pixels = pixelsOf(points, width - AXIS, height - AXIS);
  const place = { x: { scale: "x", field: "frequency" }, y: { scale: "y", field: "r" } };
  const offset = { dx: { field: "dx" }, dy: { field: "dy" }, align: { field: "align" } };
  const shadow = { fill: { value: palette.muted }, fillOpacity: { value: 0.16 } };
  const dots = (name: string, paint: "fill" | "stroke") => ({
    type: "symbol" as const,
    from: { data: name },
    encode: { enter: { ...place, size: { value: 14 }, [paint]: { value: palette.muted }, opacity: { scale: "shade", field: "n" } } }, // prettier-ignore
  });
  const cells = cellsOf(points, pixels);
  return {
    height,
    padding: 4,
    data: [
      { name: "cells", values: cells },
      { name: "positive", values: cells.filter(({ sign }) => sign >= 0) },
      { name: "negative", values: cells.filter(({ sign }) => sign < 0) },
      { name: "selected", values: selectedDots(points, named, pixels, width - AXIS) },
    ],
    scales: [
      { name: "x", type: "log", range: "width", domain: [pixels.least, 1.15] },
      { name: "y", type: "linear", range: "height", nice: true, zero: true, domain: { fields: [{ data: "cells", field: "r" }, [band ?? 0]] } }, // prettier-ignore
      { name: "shade", type: "log", range: [0.35, 1], domain: { data: "cells", field: "n" } },
    ],
    axes: [
      { orient: "left", scale: "y", grid: true, title: "|r|", tickCount: 5 },
      { orient: "bottom", scale: "x", title: "share of answers in which it fires", format: "~%", tickCount: 4 },
    ],
    marks: [
      {
        type: "rect",
        encode: { enter: { x: { value: 0 }, x2: { signal: "width" }, y: { scale: "y", value: band ?? 0 }, y2: { scale: "y", value: 0 }, ...shadow } }, // prettier-ignore
      },
      dots("positive", "fill"),
      dots("negative", "stroke"),
      {
        type: "symbol",
        from: { data: "selected" },
        encode: { enter: { ...place, size: { value: 70 }, fill: { value: palette.accent }, stroke: { value: palette.surface } } }, // prettier-ignore
      },
      {
        type: "text",
        from: { data: "selected" },
        encode: { enter: { ...place, ...offset, text: { field: "label" } } },
      },
    ],
  };
}

/** About where a feature's dot is, and the least frequency that the axis shows. */
interface Pixels {
  readonly least: number;
  readonly x: (frequency: number) => number;
  readonly y: (r: number) => number;
}

function pixelsOf({ r, frequencies }: RankPoints, width: number, height: number): Pixels {
  const least = frequencies.reduce((least, frequency) => Math.min(least, frequency), 1) / 1.2;
  const largest = r.reduce((largest, value) => Math.max(largest, Math.abs(value)), Number.MIN_VALUE);
  return {
    least,
    x: (frequency) => (width * Math.log(frequency / least)) / -Math.log(least),
    y: (r) => height * (1 - Math.abs(r) / largest),
  };
}

/** One dot for the features that would lie on one another: as many as the figure has room for, however many there are. */
function cellsOf({ r, frequencies }: RankPoints, { x, y }: Pixels) {
  const cells = new Map<string, { frequency: number; r: number; sign: number; n: number }>();
  r.forEach((value, i) => {
    const frequency = frequencies[i]!;
    const sign = Math.sign(value);
    const key = `${sign},${Math.round(x(frequency) / CELL)},${Math.round(y(value) / CELL)}`;
    const cell = cells.get(key) ?? { frequency, r: Math.abs(value), sign, n: 0 };
    cell.n += 1;
    cells.set(key, cell);
  });
  return [...cells.values()];
}

/** Features that were selected, and how they are told. */
interface Named {
  readonly selected: readonly FeatureKey[];
  readonly nameOf: (feature: FeatureKey) => string;
}

function selectedDots(
  { saes, layers, features, frequencies, r }: RankPoints,
  { selected, nameOf }: Named,
  pixels: Pixels,
  width: number,
) {
  const chosen = new Set(selected.map(nameOf));
  const dots = [...r.keys()]
    .map((i) => ({
      ...{
        text: nameOf({ sae: saes[i]!, layer: layers[i]!, feature: features[i]! }),
        frequency: frequencies[i]!,
        r: Math.abs(r[i]!),
      },
      ...{ x: pixels.x(frequencies[i]!), y: pixels.y(r[i]!) },
    }))
    .filter(({ text }) => chosen.has(text))
    .sort((a, b) => b.r - a.r);
  const places = placeLabels(dots, width);
  return dots.map(({ text, frequency, r }, i) => ({ frequency, r, label: places[i] ? text : "", ...places[i] }));
}
