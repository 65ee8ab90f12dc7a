import { isBaselineMethod } from "../../evaluate/controls/control-arm";
import type { ArmSummary, Evaluation } from "../../evaluate/evaluation";
import type { Figure } from "./figure";
import { seriesColours, type Look } from "./look";

/** What an arm is, in words, and its sign. */
const KINDS = {
  profile: { words: "profile", shape: "circle" },
  scale: { words: "multiple of it", shape: "stroke" },
  "mean-difference": { words: "mean difference in its place", shape: "triangle-up" },
  "probe-direction": { words: "probe direction in its place", shape: "square" },
} as const;
type Kind = keyof typeof KINDS;

interface Point {
  readonly profile: string;
  readonly kind: Kind;
  readonly kl: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** What each method gains against how far it moves the model elsewhere; undefined where arms were not brought to one divergence. */
export function frontFigure({ arms, metric, equalKl }: Evaluation): Figure | undefined {
  const points = arms.flatMap(pointOf);
  if (!equalKl || points.length === 0) return undefined;
  return {
    name: "front",
    title: "Gain against divergence",
    description:
      `What each arm gains in ${metric}, in points with intervals of 95\u00a0%, against the 95th percentile of its divergence (KL) ` +
      `on neutral text. Arms were brought to ${equalKl.nats} nats on other text, the dashed line; further up at the same place is better.`,
    spec: (look) => spec(points, equalKl.nats, metric, look),
  };
}

function pointOf({ role, profile, sameAs, comparison, neutral }: ArmSummary): Point[] {
  const isShown = role === "profile" || role === "scale" || isBaselineMethod(role);
  if (!isShown || sameAs !== null || !comparison || neutral?.p95Kl === undefined) return [];
  const { difference, interval } = comparison;
  const [low, high] = interval;
  const inPoints = { difference: 100 * difference, low: 100 * low, high: 100 * high };
  return [{ profile: profile!, kind: role as Kind, kl: neutral.p95Kl, ...inPoints }];
}

function spec(
  points: readonly Point[],
  nats: number,
  metric: string,
  { width, palette }: Look,
): ReturnType<Figure["spec"]> {
  const profiles = [...new Set(points.map(({ profile }) => profile))];
  const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => points.some((point) => point.kind === kind));
  const values = points.map((point) => ({ ...point, what: KINDS[point.kind].words }));
  const lines = profiles.flatMap((profile) => {
    const own = points.filter((point) => point.profile === profile && (point.kind === "profile" || point.kind === "scale")); // prettier-ignore
    return [{ profile, kl: 0, difference: 0 }, ...own].sort((a, b) => a.kl - b.kl);
  });
  const x = { scale: "x", field: "kl" };
  const y = { scale: "y", field: "difference" };
  const stroke = { scale: "colour", field: "profile" };
  const narrow = width < 500;
  const legend = { orient: "top", direction: "horizontal", columns: narrow ? 1 : 4 } as const;
  return {
    height: narrow ? 340 : 320,
    padding: 4,
    data: [
      { name: "points", values },
      { name: "lines", values: lines },
    ],
    scales: [
      {
        name: "x",
        type: "sqrt",
        range: "width",
        padding: 8,
        zero: true,
        domain: { fields: [{ data: "points", field: "kl" }, [nats]] },
      },
      { name: "y", type: "linear", range: "height", nice: true, zero: true, domain: { fields: [{ data: "points", field: "low" }, { data: "points", field: "high" }] } }, // prettier-ignore
      { name: "colour", type: "ordinal", domain: profiles, range: seriesColours(palette) },
      { name: "shape", type: "ordinal", domain: kinds.map((kind) => KINDS[kind].words), range: kinds.map((kind) => KINDS[kind].shape) }, // prettier-ignore
    ],
    axes: [
      { orient: "left", scale: "y", grid: true, title: `difference in ${metric} (points)`, tickCount: 5 },
      {
        orient: "bottom",
        scale: "x",
        title: "KL on neutral text, 95th percentile (nats)",
        tickCount: 5,
      },
    ],
    legends: [
      { ...legend, stroke: "colour", symbolType: "stroke", symbolStrokeWidth: 3 },
      { ...legend, shape: "shape", symbolFillColor: palette.muted, symbolStrokeColor: palette.muted },
    ],
    marks: [
      { type: "rule", encode: { enter: { x: { value: 0 }, x2: { signal: "width" }, y: { scale: "y", value: 0 }, stroke: { value: palette.muted } } } }, // prettier-ignore
      { type: "rule", encode: { enter: { x: { scale: "x", value: nats }, y: { value: 0 }, y2: { signal: "height" }, stroke: { value: palette.muted }, strokeDash: { value: [4, 4] } } } }, // prettier-ignore
      {
        type: "group",
        from: { facet: { name: "series", data: "lines", groupby: "profile" } },
        marks: [{ type: "line", from: { data: "series" }, encode: { enter: { x, y, stroke, strokeWidth: { value: 1.5 }, strokeOpacity: { value: 0.6 } } } }], // prettier-ignore
      },
      { type: "rule", from: { data: "points" }, encode: { enter: { x, y: { scale: "y", field: "low" }, y2: { scale: "y", field: "high" }, stroke } } }, // prettier-ignore
      { type: "symbol", from: { data: "points" }, encode: { enter: { x, y, shape: { scale: "shape", field: "what" }, fill: stroke, stroke, strokeWidth: { value: 1.5 }, size: { value: 60 } } } }, // prettier-ignore
    ],
  };
}
