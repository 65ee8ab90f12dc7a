import type { ArmSummary, Evaluation } from "../../evaluate/evaluation";
import type { Figure } from "./figure";
import { seriesColours, type Look } from "./look";

/** The score of each profile, unlike another, at each multiple of its coefficients; undefined where only one was run. */
export function doseFigure({ arms, metric }: Evaluation): Figure | undefined {
  const baseline = arms.find(({ role }) => role === "baseline");
  const doses = arms.filter(({ role, sameAs }) => sameAs === null && (role === "profile" || role === "scale"));
  if (!baseline || !doses.some(({ role }) => role === "scale")) return undefined;
  return {
    name: "dose",
    title: "Dose and response",
    description: `The ${metric} at multiples of each profile's coefficients, with intervals of 95\u00a0%; 0 is the baseline.`,
    spec: (look) => spec(baseline, doses, metric, look),
  };
}

function spec(
  baseline: ArmSummary,
  doses: readonly ArmSummary[],
  metric: string,
  { width, palette }: Look,
): ReturnType<Figure["spec"]> {
  const profiles = [...new Set(doses.map(({ profile }) => profile))];
  /** Pixels by which profiles stand beside each other, or the intervals of one dose would lie on one another. */
  const apart = 5;
  const value = (profile: string | null, scale: number, { meanScore, interval: [low, high] }: ArmSummary) => ({
    ...{ profile, scale, score: 100 * meanScore, low: 100 * low, high: 100 * high },
    shift: (profiles.indexOf(profile) - (profiles.length - 1) / 2) * apart,
  });
  const values = profiles.flatMap((profile) =>
    [
      value(profile, 0, baseline),
      ...doses.filter((arm) => arm.profile === profile).map((arm) => value(profile, arm.scale, arm)),
    ].sort((a, b) => a.scale - b.scale),
  );
  const x = { scale: "x", field: "scale", offset: { field: "shift" } };
  const stroke = { scale: "colour", field: "profile" };
  return {
    height: width < 500 ? 240 : 280,
    padding: 4,
    data: [{ name: "doses", values }],
    scales: [
      {
        name: "x",
        type: "linear",
        range: "width",
        padding: profiles.length * apart,
        domain: { data: "doses", field: "scale" },
      },
      { name: "y", type: "linear", range: "height", nice: true, zero: false, domain: { fields: [{ data: "doses", field: "low" }, { data: "doses", field: "high" }] } }, // prettier-ignore
      { name: "colour", type: "ordinal", domain: profiles, range: seriesColours(palette) },
    ],
    axes: [
      { orient: "left", scale: "y", grid: true, title: `${metric} (%)`, tickCount: 5 },
      { orient: "bottom", scale: "x", title: "multiple of the coefficients", format: "~g", values: [...new Set(values.map(({ scale }) => scale))] }, // prettier-ignore
    ],
    legends: [{ stroke: "colour", orient: "top", direction: "horizontal", symbolType: "stroke", symbolStrokeWidth: 3 }],
    marks: [
      { type: "rule", encode: { enter: { x: { value: 0 }, x2: { signal: "width" }, y: { scale: "y", value: 100 * baseline.meanScore }, stroke: { value: palette.muted }, strokeDash: { value: [4, 4] } } } }, // prettier-ignore
      {
        type: "group",
        from: { facet: { name: "series", data: "doses", groupby: "profile" } },
        marks: [
          { type: "line", from: { data: "series" }, encode: { enter: { x, y: { scale: "y", field: "score" }, stroke, strokeWidth: { value: 2 } } } }, // prettier-ignore
          { type: "rule", from: { data: "series" }, encode: { enter: { x, y: { scale: "y", field: "low" }, y2: { scale: "y", field: "high" }, stroke } } }, // prettier-ignore
          { type: "symbol", from: { data: "series" }, encode: { enter: { x, y: { scale: "y", field: "score" }, fill: stroke, size: { value: 50 } } } }, // prettier-ignore
        ],
      },
    ],
  };
}
