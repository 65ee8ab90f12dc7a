import type { PlacedProbe } from "../../../lib/probe/probes";
import type { Gate } from "../../../lib/select/gate";
import { selectGated } from "../../../lib/select/gated";
import { questionsAnswered } from "../../support/validation";

const N = 64;
const probe = (nativeLayer: number, auc: number): PlacedProbe => ({
  ...{ sae: `blocks.${nativeLayer}.hook_resid_post`, layer: nativeLayer, nativeLayer, auc },
  ...{ weights: Float32Array.of(1, 0), bias: 0, mean: 1, deviation: 2 },
});
const PROBES = [probe(0, 0.55), probe(1, 0.7), probe(2, 0.48), probe(3, 0.6)];
const layersOf = (gates: readonly Gate[]) => gates.map(({ probe }) => probe.nativeLayer);
const thresholdOf = ([first]: readonly Gate[]) => first?.threshold;

/** Right on this share of the questions, spread over them: 37 is prime to N. */
const rightBelow = (share: number) => (question: number) => Number((question * 37) % N < share * N);
const options = { outcome: "score", seed: 1, gateGrid: [0, 1] } as const;

describe("gates that a threshold is calibrated for", () => {
  it("are of layers whose probes tell right from wrong: the best alone, and all of them together", async () => {
    const { questions, asked } = questionsAnswered<readonly Gate[]>(N, (_, question) => question % 2);
    await selectGated(PROBES, questions, options);
    const [first] = asked as [(readonly Gate[])[]];
    expect(first.map(layersOf)).toEqual([[], [1], [1], [0, 1, 3], [0, 1, 3]]);
    expect(first.map(thresholdOf)).toEqual([undefined, 1, 3, 1, 3]); // in deviations of 2 above a mean of 1
  });

  it("are those that raise the outcome most, by a test over all that were tried", async () => {
    const share = (gates: readonly Gate[]) => (gates.length !== 1 ? 0.5 : thresholdOf(gates) === 3 ? 0.9 : 0.75);
    const { questions } = questionsAnswered<readonly Gate[]>(N, (gates, question) =>
      rightBelow(share(gates))(question),
    );
    const { gates, record } = await selectGated(PROBES, questions, options);
    expect([layersOf(gates), thresholdOf(gates)]).toEqual([[1], 3]);
    expect(record.chosen).toBe(1);
    expect(record.candidates.map(({ above, helps }) => [above, helps])).toEqual([
      [0, true],
      [1, true],
      [0, false],
      [1, false],
    ]);
    expect(record.candidates[1]!.effect).toBeCloseTo(0.4, 1);
    expect(record.cost.answers).toBeGreaterThan(N);
  });

  it("are none where no threshold helps, which is an answer", async () => {
    const { questions } = questionsAnswered<readonly Gate[]>(N, (_, question) => question % 2);
    const { gates, record } = await selectGated(PROBES, questions, options);
    expect([gates, record.chosen]).toEqual([[], null]);
    expect(record.candidates).toHaveLength(4);
  });

  it("are not asked about where no probe tells anything", async () => {
    const { questions } = questionsAnswered<readonly Gate[]>(N, () => 1);
    const { gates, record } = await selectGated([probe(0, 0.5)], questions, options);
    expect([gates, record.candidates, record.cost.answers]).toEqual([[], [], 0]);
    expect(record.probes).toEqual([{ sae: "blocks.0.hook_resid_post", layer: 0, mean: 1, deviation: 2, auc: 0.5 }]);
  });
});
