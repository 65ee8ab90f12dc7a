import type { Ranking } from "../../rank/ranking";
import { STRENGTHS } from "../../rank/sign";
import { featureNames, saeNames, type FeatureKey } from "../../sae/name";
import type { Figure } from "./figure";
import type { Look } from "./look";

const SHOWN = 10;

/** Each layer's best features by strength, what permuted scores reach there, and which features were selected. */
export function layersFigure(ranking: Ranking, selected: readonly FeatureKey[]): Figure {
  const band = ranking.null
    ? ` The grey band is what the best feature of a layer reaches by chance (${ranking.null.permutations} permutations of the scores, 95\u00a0%).`
    : "";
  return {
    name: "layers",
    title: "Correlation with the score, layer by layer",
    description: `Open dots are the ${SHOWN} best features of a layer, filled ones those that were selected.${band}`,
    spec: (look) => spec(ranking, selected, look),
  };
}

function spec(ranking: Ranking, selected: readonly FeatureKey[], { width, palette }: Look): ReturnType<Figure["spec"]> {
  const [layerOf, nameOf] = [saeNames(ranking.layers), featureNames(ranking.layers)];
  const chosen = new Set(selected.map(nameOf));
  const useful = (r: number, partialR: number | null) => Math.abs(partialR ?? r);
  const dots = ranking.layers.flatMap((ranked) =>
    ranked.features
      .filter((entry, i) => i < SHOWN || chosen.has(nameOf(entry)))
      .map((entry) => ({
        layer: layerOf(ranked),
        r: useful(entry.r, entry.partialR),
        chosen: chosen.has(nameOf(entry)),
      })),
  );
  const x = { scale: "x", field: "layer", band: 0.5 };
  const mark = (name: string, fill: string | null, size: number) => ({
    type: "symbol" as const,
    from: { data: name },
    encode: {
      enter: { x, y: { scale: "y", field: "r" }, size: { value: size }, stroke: { value: fill ?? palette.muted }, fill: { value: fill ?? "none" } }, // prettier-ignore
    },
  });
  return {
    height: width < 500 ? 220 : 240,
    padding: 4,
    data: [
      { name: "candidates", values: dots.filter(({ chosen }) => !chosen) },
      { name: "selected", values: dots.filter(({ chosen }) => chosen) },
      {
        name: "null",
        values: ranking.null?.layers.map((of) => ({ layer: layerOf(of), threshold: of.threshold })) ?? [],
      },
    ],
    scales: [
      { name: "x", type: "band", range: "width", padding: 0.15, domain: ranking.layers.map(layerOf) },
      {
        name: "y",
        type: "linear",
        range: "height",
        nice: true,
        zero: true,
        domain: { fields: [...["candidates", "selected"].map((data) => ({ data, field: "r" })), { data: "null", field: "threshold" }] }, // prettier-ignore
      },
    ],
    axes: [
      { orient: "left", scale: "y", grid: true, title: STRENGTHS[ranking.sign], tickCount: 5 },
      { orient: "bottom", scale: "x", title: "layer", ticks: false },
    ],
    marks: [
      {
        type: "rect",
        from: { data: "null" },
        encode: { enter: { x: { scale: "x", field: "layer" }, width: { scale: "x", band: 1 }, y: { scale: "y", field: "threshold" }, y2: { scale: "y", value: 0 }, fill: { value: palette.muted }, fillOpacity: { value: 0.22 } } }, // prettier-ignore
      },
      mark("candidates", null, 22),
      mark("selected", palette.accent, 70),
    ],
  };
}
