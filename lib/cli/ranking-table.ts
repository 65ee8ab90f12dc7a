import { isGiven, survives, type RankedFeature, type Ranking } from "../rank/ranking";
import { STRENGTHS } from "../rank/sign";
import { saeNames } from "../sae/name";
import { table } from "./output";

type Column = readonly [heading: string, cell: (feature: RankedFeature) => string];

/** The best feature of each SAE, whether it is more than chance, and what a reader must know. */
export function rankingLines(ranking: Ranking): string[] {
  const columns = columnsOf(ranking);
  const nameOf = saeNames(ranking.layers);
  const rows = ranking.layers.map(({ features: [first], ...ranked }) => [
    nameOf(ranked),
    String(ranked.nActiveFeatures),
    ...columns.map(([, cell]) => (first ? cell(first) : "-")),
  ]);
  const header = ["layer", "active", ...columns.map(([heading]) => heading)];
  const { n, nCorrect, notes } = ranking;
  const counts = `${nCorrect} of ${n} samples ${whatCounts(ranking)}`;
  return [...table([header, ...rows], []), counts, ...survivorLines(ranking), ...notes];
}

function columnsOf(ranking: Ranking): Column[] {
  const columns: Column[] = [
    ["best", ({ feature }) => String(feature)],
    ["r", ({ r }) => r.toFixed(3)],
  ];
  if (isGiven(ranking)) columns.push(["partial r", ({ partialR }) => fixed(partialR)]);
  if (ranking.score !== "pearson") columns.push([ranking.score, ({ criterion }) => criterion.toPrecision(4)]);
  columns.push(
    ["coefficient", ({ coefficient }) => coefficient.toPrecision(4)],
    ["frequency", ({ frequency }) => frequency.toFixed(3)],
  );
  if (ranking.bootstrap) columns.push(["stability", ({ stability }) => fixed(stability, 2)]);
  if (ranking.null) {
    columns.push(
      ["p", ({ familyWiseP }) => fixed(familyWiseP)],
      ["q", ({ q }) => q?.toPrecision(2) ?? "-"],
      ["chance", (feature) => (survives(feature, ranking) ? "survives" : "inside the null")],
    );
  }
  return columns;
}

/** That nothing survives is one of the notes. */
function survivorLines({ sign, null: permuted }: Ranking): string[] {
  const survivors = permuted?.layers.reduce((sum, { nSurvivors }) => sum + nSurvivors, 0) ?? 0;
  if (!permuted || survivors === 0) return [];
  const { alpha, threshold } = permuted;
  const what = survivors === 1 ? "1 feature survives" : `${survivors} features survive`;
  return [`${what}: ${STRENGTHS[sign]} beyond ${threshold.toFixed(3)}, family-wise p of at most ${alpha}`];
}

function whatCounts({ target, reverse }: Ranking): string {
  if (target === "score") return reverse ? "not fully right" : "correct";
  return `${reverse ? "below" : "above"} the mean of ${target}`;
}

function fixed(value: number | null, digits = 3): string {
  return value?.toFixed(digits) ?? "-";
}
