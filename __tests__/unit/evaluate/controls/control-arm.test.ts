import { constrainedName, distinctProfiles, planArms } from "../../../../lib/evaluate/arms";
import { signFlipped } from "../../../../lib/evaluate/controls/control-arm";
import { instructionFor } from "../../../../lib/evaluate/controls/instruction";
import { meanDifference } from "../../../../lib/evaluate/controls/mean-difference";
import { probeDirection } from "../../../../lib/evaluate/controls/probe-direction";
import { buildProfile } from "../../../../lib/select/build-profile";
import { gateProfile } from "../../../../lib/select/gate-profile";
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

describe("the direction of a probe", () => {
  const probe = (nativeLayer: number) => ({
    ...{ sae: saeId(nativeLayer), layer: nativeLayer, nativeLayer, bias: 5, mean: 0, deviation: 1, auc: 0.7 },
    weights: Float32Array.of(0, 0, 3, 4),
  });

  it("has the norm that the profile adds at the layer", async () => {
    const profile = await profileOf("A", rankedFeature(1, 0, 0.4, 3), rankedFeature(2, 1, 0.5, -1));
    const { steered, role } = probeDirection(profile, [probe(1), probe(2)])!;
    expect([role, steered.name, steered.features]).toEqual(["probe-direction", "probe-direction-A", []]);
    [0, 0, 3.6, 4.8, 0, 0, 1.2, 1.6].forEach((x, i) => {
      expect(steered.vectors.rows[i]).toBeCloseTo(x, 6);
    });
  });

  it("is none where a layer has no probe", async () => {
    const profile = await profileOf("A", rankedFeature(1, 0, 0.4, 3), rankedFeature(2, 1, 0.5, -1));
    expect(probeDirection(profile, [probe(1)])).toBeUndefined();
  });
});

describe("in place of a gate", () => {
  const ranking = rankingOf([rankedFeature(1, 0, 0.4)]);
  const gate = (threshold: number, bias = 0) => {
    const weights = Float32Array.of(2, 0, 0, 0);
    const probe = { sae: saeId(1), layer: 1, nativeLayer: 1, weights, bias, mean: 0, deviation: 1, auc: 0.7 };
    return gateProfile("gated", { ...ranking, model: { ...ranking.model, nEmbd: 4 } }, [{ probe, threshold }]);
  };

  it("another direction brings the same probe to the same threshold", () => {
    const profile = gate(1.5);
    expect(profile).toMatchObject({
      ...{ version: 3, features: [], saes: [{ id: saeId(1) }], probes: [{ layer: 1, bias: 0 }] },
      operations: [{ scale: 0.25, target: { probe: 0, value: 1.5, from: "below" } }],
    });
    const statistics = { sae: saeId(1), layer: 1, n: 10, nCorrect: 5, meanNorm: 9, meanCorrect: Float64Array.of(5, 5, 0, 0), meanIncorrect: Float64Array.of(0, 0, 0, 0) }; // prettier-ignore
    const { steered } = meanDifference(profile, [statistics])!;
    expect([...steered.vectors.rows]).toEqual([5, 5, 0, 0]);
    expect(steered.operations).toEqual([{ ...profile.operations![0]!, scale: 0.1 }]); // w . v = 10
    expect(steered.vectors.probes).toEqual(profile.vectors.probes);
  });

  it("its own direction is none, and another threshold or bias is another gate", () => {
    expect(probeDirection(gate(1), [])).toBeUndefined();
    const gates = [gate(1), { ...gate(1), name: "again" }, gate(2), gate(1, 3)];
    expect(distinctProfiles(gates)).toEqual([gates[0], gates[2], gates[3]]);
    expect(distinctProfiles([gateProfile("gated", ranking, [])])).toEqual([]);
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
