// Steering that makes a model less sure of anything, and steering that makes it say the gold choice.
import { ALPHA } from "../../lib/statistics/alpha";
import { quantity } from "../../lib/quantity";
import { selectCausal } from "../../lib/select/causal";
import type { OutcomeName } from "../../lib/select/effect";
import type { RankedFeature } from "../../lib/rank/ranking";
import { rankedFeature } from "../support/ranking";
import { questionsAnswered } from "../support/validation";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";

/** What a feature does to the log-odds of all options, and to those of the gold one. */
interface Effect {
  readonly scale: number;
  readonly gain: number;
}

/** Deviation of the options' log-odds from each other, and how much of it is drawn anew by each feature. */
const SPREAD = 2;
const RENEWED = 0.3;
const OPTIONS = 4;

/**
 * Questions of which a model knows nothing: one in four is right, by chance. A feature, which is of the layer that has its
 * number, scales all log-odds, turns some of the answers round, which makes as many right as wrong, and adds to the gold
 * option's; what two features add is no more than what the better one does.
 */
function questionsOf(draw: Draw, n: number, effects: readonly Effect[]) {
  const drawAll = () => Array.from({ length: n }, () => Array.from({ length: OPTIONS }, () => SPREAD * draw.normal()));
  const before = drawAll();
  const renewed = effects.map(drawAll);
  const kept = Math.sqrt(1 - RENEWED ** 2);
  const marginOf = (trial: readonly RankedFeature[], question: number) => {
    const logOdds = [...before[question]!];
    let [gain, scale] = [0, 1];
    for (const { layer } of trial) {
      for (const [i, own] of renewed[layer]![question]!.entries()) logOdds[i] = kept * logOdds[i]! + RENEWED * own;
      gain = Math.max(gain, effects[layer]!.gain);
      scale *= effects[layer]!.scale;
    }
    const [gold, ...others] = logOdds as [number, ...number[]];
    return scale * (gold + gain - Math.max(...others));
  };
  return questionsAnswered(n, (trial, question) => Number(marginOf(trial, question) > 0), marginOf).questions;
}

const shrinking = (draw: Draw): Effect => ({ scale: draw.uniform(0.3, 0.9), gain: 0 });

/** Layers of the features that selection keeps. */
async function keptOf(draw: Draw, n: number, effects: readonly Effect[], outcome: OutcomeName) {
  const doses = effects.map((_, layer) => ({ feature: rankedFeature(layer, 0, 0.5), dose: "mean x 1" }));
  const options = { outcome, seed: 1, nativeLayerOf: ({ layer }: RankedFeature) => layer };
  const { features, record } = await selectCausal(doses, questionsOf(draw, n, effects), options);
  return { kept: features.map(({ layer }) => layer), helps: record.candidates.map(({ helps }) => helps) };
}

function lessSure(outcome: OutcomeName, nCandidates: number): Simulation {
  return {
    claim: `Selection by effect on the ${outcome}: a feature helps`,
    truth: `200 questions, a quarter right by chance; ${quantity(nCandidates, "candidate")}, all of which only make the model less sure`,
    bounds: { "something helps": { atMost: ALPHA } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const { kept } = await keptOf(
        draw,
        200,
        Array.from({ length: nCandidates }, () => shrinking(draw)),
        outcome,
      );
      return { "something helps": kept.length > 0 };
    },
  };
}

function goldLikelier(n: number, gain: number, surer: number): Simulation {
  const how = surer > 1 ? `, and makes the model surer of everything, by a factor of ${surer}` : "";
  return {
    claim: "Selection by effect: the feature helps",
    truth: `${n} questions; one of 10 candidates raises the gold choice's log-odds by ${gain}${how}; the others only make the model less sure`,
    bounds: {
      "it helps, by choice": { atLeast: 0.5 },
      "it helps, by margin": surer > 1 ? { atLeast: 0.4 } : { atLeast: 0.8, of: "it helps, by choice" },
      "another one helps, by choice": { atMost: ALPHA },
      "another one helps, by margin": { atMost: ALPHA },
    },
    trial: async (seed) => {
      const events: Record<string, boolean> = {};
      for (const outcome of ["choice", "margin"] as const) {
        const draw = new Draw(seed);
        const effects = [{ scale: surer, gain }, ...Array.from({ length: 9 }, () => shrinking(draw))];
        const { helps } = await keptOf(draw, n, effects, outcome);
        events[`it helps, by ${outcome}`] = helps[0]!;
        events[`another one helps, by ${outcome}`] = helps.some((itHelps, i) => itHelps && i > 0);
      }
      return events;
    },
  };
}

function noMoreTogether(outcome: OutcomeName, gain: number): Simulation {
  return {
    claim: `Selection by effect on the ${outcome}: a further feature adds to the first`,
    truth: `200 questions; 6 candidates raise the gold choice's log-odds by ${gain}, and as much together; half of them make the model less sure`,
    bounds: { "a second one is kept": { atMost: ALPHA } },
    trial: async (seed) => {
      const draw = new Draw(seed);
      const effects = Array.from({ length: 6 }, (_, i) => ({ scale: i % 2 === 0 ? 1 : draw.uniform(0.3, 0.9), gain }));
      return { "a second one is kept": (await keptOf(draw, 200, effects, outcome)).kept.length > 1 };
    },
  };
}

export const causal = [
  ...(["choice", "margin"] as const).flatMap((outcome) => [
    lessSure(outcome, 1),
    lessSure(outcome, 10),
    noMoreTogether(outcome, 1),
  ]),
  goldLikelier(200, 0.6, 1),
  goldLikelier(200, 0.6, 1.3),
];
