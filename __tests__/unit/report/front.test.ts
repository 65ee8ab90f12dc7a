import type { ArmRole, ArmSummary, Evaluation } from "../../../lib/evaluate/evaluation";
import { frontFigure } from "../../../lib/report/figures/front";
import { LIGHT } from "../../../lib/report/figures/look";

function arm(name: string, role: ArmRole, p95Kl: number | null, difference: number, of: Partial<ArmSummary> = {}) {
  const comparison = role === "baseline" ? null : { difference, interval: [difference - 0.1, difference + 0.1] };
  const neutral = p95Kl === null ? null : { meanKl: 0.01, p95Kl, perplexity: 10 };
  return { name, role, profile: "A", sameAs: null, comparison, neutral, ...of } as unknown as ArmSummary;
}

const arms = [
  arm("baseline", "baseline", 0, 0),
  arm("A", "profile", 0.1, 0.05),
  arm("P", "profile", 0.1, 0.05, { sameAs: "A" }),
  arm("A@2", "scale", 0.4, 0.02),
  arm("mean-difference-A", "mean-difference", 0.11, 0.06),
  arm("probe-direction-A", "probe-direction", 0.09, 0.01),
  arm("sign-flipped-A", "sign-flipped", null, -0.1),
  arm("random-A-1", "random", 0.1, 0),
];
const evaluation = (of: Partial<Evaluation>) => ({ arms, metric: "accuracy", ...of }) as Evaluation;
const equalKl = { nats: 0.1, neutral: { text: "built in", part: "tuning" as const, nTexts: 20 } };

describe("the front of gain against divergence", () => {
  it("has each method at its divergence, with what needs no SAE, and the profile's multiples on its line", () => {
    const { data } = frontFigure(evaluation({ equalKl }))!.spec({ width: 700, palette: LIGHT });
    const [points, lines] = data!.map((one) => (one as { values: { kl: number; kind: string }[] }).values);
    expect(points!.map(({ kind, kl }) => [kind, kl])).toEqual([
      ["profile", 0.1],
      ["scale", 0.4],
      ["mean-difference", 0.11],
      ["probe-direction", 0.09],
    ]);
    expect(lines!.map(({ kl }) => kl)).toEqual([0, 0.1, 0.4]);
  });

  it("is drawn where arms were brought to one divergence, and it was measured", () => {
    expect(frontFigure(evaluation({}))).toBeUndefined();
    expect(frontFigure(evaluation({ arms: arms.slice(0, 1), equalKl }))).toBeUndefined();
  });
});
