// Gates whose probes were fitted to scores that say nothing of the rows, and gates that help.
import { fitProbe } from "../../lib/probe/correctness-probe";
import type { PlacedProbe } from "../../lib/probe/probes";
import type { Gate } from "../../lib/select/gate";
import { selectGated } from "../../lib/select/gated";
import { ALPHA } from "../../lib/statistics/alpha";
import { normalProbability } from "../../lib/statistics/normal";
import { questionsAnswered } from "../support/validation";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";

const LAYERS = 4;
const SAMPLES = 100;
const WIDTH = 6;
const QUESTIONS = 200;
const GRID = [0, 1, 2, 4];

/** @param shift of right answers' rows along one dimension, in deviations: 0 for scores that are shuffled */
async function probesOf(draw: Draw, shift: number): Promise<PlacedProbe[]> {
  const correct = Uint8Array.from({ length: SAMPLES }, () => draw.flip(0.5));
  const probes: PlacedProbe[] = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    const values = Float32Array.from(
      { length: SAMPLES * WIDTH },
      (_, k) => draw.normal() + (k % WIDTH === 0 ? shift * correct[k / WIDTH]! : 0),
    );
    const place = new Float64Array(WIDTH);
    const probe = await fitProbe({ d: WIDTH, values }, correct, { clusters: undefined, place });
    if (probe) probes.push({ ...probe, sae: `layer ${layer}`, layer, nativeLayer: layer });
  }
  return probes;
}

/**
 * Questions of which `share` are right. A gate touches those whose row is below its threshold, the more the higher that is; what
 * it touches is answered anew, right as often and by `gain` more: another answer for each layer.
 */
function questionsOf(draw: Draw, share: number, gain: number) {
  const perQuestion = <T>(one: () => T) => Array.from({ length: QUESTIONS }, one);
  const before = perQuestion(() => draw.flip(share));
  const layers = Array.from({ length: LAYERS }, () => ({
    place: perQuestion(() => draw.uniform()),
    after: perQuestion(() => draw.flip(share + gain)),
  }));
  const answer = (gates: readonly Gate[], question: number) =>
    gates.reduce((score, { probe, threshold }) => {
      const { place, after } = layers[probe.nativeLayer]!;
      const above = (threshold - probe.mean) / probe.deviation;
      return place[question]! < normalProbability(above) ? after[question]! : score;
    }, before[question]!);
  return questionsAnswered<readonly Gate[]>(QUESTIONS, answer).questions;
}

async function isKept(seed: number, shift: number, share: number, gain: number): Promise<boolean> {
  const draw = new Draw(seed);
  const probes = await probesOf(draw, shift);
  const options = { outcome: "score", seed: 1, gateGrid: GRID } as const;
  return (await selectGated(probes, questionsOf(draw, share, gain), options)).gates.length > 0;
}

const shuffled = (share: number): Simulation => ({
  claim: "A gate: a threshold helps",
  truth: `${SAMPLES} samples whose scores are shuffled, ${LAYERS} layers; ${QUESTIONS} questions, ${100 * share} % right, which gates answer anew and no better`,
  bounds: { "a threshold is kept": { atMost: ALPHA } },
  trial: async (seed) => ({ "a threshold is kept": await isKept(seed, 0, share, 0) }),
});

export const gated: readonly Simulation[] = [
  shuffled(0.25),
  shuffled(0.6),
  {
    claim: "A gate: a threshold helps",
    truth: `${SAMPLES} samples, rows of right answers a deviation apart; ${QUESTIONS} questions, 25 % right, which gates answer anew, right by 25 points more`,
    bounds: { "a threshold is kept": { atLeast: 0.8 } },
    trial: async (seed) => ({ "a threshold is kept": await isKept(seed, 1, 0.25, 0.25) }),
  },
];
