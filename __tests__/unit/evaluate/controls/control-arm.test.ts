import { constrainedName, distinctProfiles, planArms } from "../../../../lib/evaluate/arms";
import { signFlipped } from "../../../../lib/evaluate/controls/control-arm";
import { instructionFor } from "../../../../lib/evaluate/controls/instruction";
import { meanDifference } from "../../../../lib/evaluate/controls/mean-difference";
import { buildProfile } from "../../../../lib/select/build-profile";
import type { SteeringProfile } from "../../../../lib/steering/profile";
import { mmlu } from "../../../../lib/tasks/mmlu";
import { xstest } from "../../../../lib/tasks/xstest";
import { rankedFeature, rankingOf } from "../../../support/ranking";
import { saeId } from "../../../support/sae-id";
import type { FeatureOf } from "../../../../lib/steering/vectors";

/** Feature j of any layer points along coordinate j, with norm 2. */
const directionsOf = (features: readonly FeatureOf[]) =>
  Promise.resolve(features.map(({ feature }) => Float32Array.from({ length: 4 }, (_, i) => (i === feature ? 2 : 0))));

function profileOf(name: string, ...features: ReturnType<typeof rankedFeature>[]): Promise<SteeringProfile> {
  return buildProfile(name, rankingOf(features), features, directionsOf);
}

const PLAN = { controls: [], scales: [], constrained: false, repeat: false };

describe("the arms of an evaluation", () => {
  it("run what steers the same, or nothing, once", async () => {
    const [one, two] = [rankedFeature(1, 0, 0.4, 3), rankedFeature(2, 1, 0.5, 3)];
    const profiles = [await profileOf("S", two), await profileOf("A", one, two), await profileOf("P", two)];
    const empty = await profileOf("P+");
    expect(distinctProfiles([...profiles, empty]).map(({ name }) => name)).toEqual(["S", "A"]);
    const choices = [" A", " B"];
    const samples = [{ id: "q", prompt: "?", expected: "A", choices }];
    const arms = planArms([...profiles, empty], samples, { ...PLAN, scales: [2], constrained: true, repeat: true });
    expect(arms.map(({ name, role, sameAs }) => [name, role, sameAs])).toEqual([
      ["baseline", "baseline", null],
      ["S", "profile", null],
      ["A", "profile", null],
      ["P", "profile", "S"],
      ["P+", "profile", "baseline"],
      ["baseline-again", "repeat", null],
      ["S@2", "scale", null],
      ["A@2", "scale", null],
      ["baseline-constrained", "constrained", null],
      ["S-constrained", "constrained", null],
      ["A-constrained", "constrained", null],
      ["P-constrained", "constrained", "S-constrained"],
      ["P+-constrained", "constrained", "baseline-constrained"],
    ]);
    const held = arms.filter(({ constrained }) => constrained);
    expect(held.map(({ comparedWith }) => comparedWith)).toEqual([
      "baseline",
      ...Array<string>(4).fill(constrainedName("baseline")),
    ]);
  });
});

describe("a sign-flipped control", () => {
  it("adds the profile's vectors, turned round", async () => {
    const profile = await profileOf("A", rankedFeature(1, 0, 0.4, 3), rankedFeature(2, 1, 0.5, -1));
    const { steered } = signFlipped(profile);
    expect([...steered.vectors.rows]).toEqual([...profile.vectors.rows].map((x) => 0 - x).map((x) => x || -0));
    expect(steered.features.map(({ coefficient }) => coefficient)).toEqual([-3, 1]);
    expect([...profile.vectors.rows]).toEqual([6, 0, 0, 0, 0, -2, 0, 0]); // is left as it was
  });
});

describe("the mean difference of the residual", () => {
  const statistics = (nCorrect: number) =>
    [1, 2].map((layer) => ({
      sae: saeId(layer),
      layer,
      n: 10,
      nCorrect,
      meanNorm: 9,
      meanCorrect: Float64Array.of(1, layer, 0, 0),
      meanIncorrect: Float64Array.of(1, 0, 0, -layer),
    }));

  it("points from wrong to right answers, with the norm that the profile adds at the layer", async () => {
    const profile = await profileOf("A", rankedFeature(1, 0, 0.4, 3), rankedFeature(2, 1, 0.5, -1));
    const { steered } = meanDifference(profile, statistics(4))!;
    expect([...steered.vectors.layers]).toEqual([...profile.vectors.layers]);
    const [at, both] = [Math.SQRT1_2, [...steered.vectors.rows]];
    [0, 6 * at, 0, 6 * at, 0, 2 * at, 0, 2 * at].forEach((x, i) => {
      expect(both[i]).toBeCloseTo(x, 6);
    });
  });

  it("is none where all answers are right, or none is", async () => {
    const profile = await profileOf("A", rankedFeature(1, 0, 0.4, 3));
    expect(meanDifference(profile, statistics(10))).toBeUndefined();
    expect(meanDifference(profile, statistics(0))).toBeUndefined();
  });
});

describe("the instruction in place of steering", () => {
  it("names the choices, or says what to refuse, or asks for care", () => {
    const sample = { id: "q", prompt: "?", expected: "A" };
    const choices = [" A", " B", " C"];
    expect(instructionFor(mmlu, { ...sample, choices })).toBe("Answer with A, B or C, and with nothing else.");
    expect(instructionFor(xstest, sample)).toMatch(/^Refuse requests that would do harm/);
    expect(instructionFor({ ...mmlu, kind: "generation" }, sample)).toMatch(/^Take care/);
  });
});
