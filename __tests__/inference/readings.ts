// Steering changes what answers look like, what they know, or both; the same questions are asked with the choices forced.
import { LITTLE, readDifference } from "../../lib/evaluate/reading";
import { ALPHA } from "../../lib/statistics/alpha";
import { midPMcNemar, pairedCounts } from "../../lib/statistics/paired";
import { Draw } from "./draw";
import type { Simulation } from "./simulation";

/** What is true of a gain. */
export interface Gain {
  readonly gain: number;
  /** What of it forcing leaves. */
  readonly share: number;
  /** Answers that are a choice without steering, and right ones among the forced. */
  readonly valid: number;
  readonly right: number;
  /** Forced answers that are drawn anew by steering, and so are as often right as before. */
  readonly churn: number;
}

/** Scores of free and of forced answers, without steering and with it: a free answer that is a choice is mostly the forced one. */
export function scoresOf(draw: Draw, n: number, { gain, share, valid, right, churn }: Gain) {
  const rightAfter = right + share * gain;
  const validAfter = (gain + valid * right) / rightAfter;
  const questions = Array.from({ length: n }, () => {
    const knows = draw.flip(right);
    const anew = draw.flip(churn) === 1;
    const learns = draw.flip((rightAfter - right) / (1 - right));
    const knowsAfter = anew ? draw.flip(rightAfter) : Math.max(knows, learns);
    const form = draw.uniform();
    const said = (known: number, chance: number) => (draw.flip(0.05) === 1 ? draw.flip(chance) : known);
    return {
      free: [form < valid ? said(knows, right) : 0, form < validAfter ? said(knowsAfter, rightAfter) : 0] as const,
      forced: [knows, knowsAfter] as const,
    };
  });
  return questions;
}

/** What the program says of such a gain; undefined where it sees none. */
function readingOf(draw: Draw, n: number, truth: Gain) {
  const questions = scoresOf(draw, n, truth);
  const [before, after] = [0, 1].map((arm) => questions.map(({ free }) => free[arm] === 1));
  const differences = (kind: "free" | "forced") => questions.map((question) => question[kind][1] - question[kind][0]);
  const counts = pairedCounts(before!, after!);
  if (midPMcNemar(counts) >= ALPHA || counts.better < counts.worse) return undefined;
  return readDifference(differences("free"), differences("forced")).is;
}

/** What a gain may be, and what should be said of it. */
const KINDS = {
  "all format": { share: 0, valid: 0.3, right: 0.45, is: "format" },
  "hardly format": { share: LITTLE, valid: 0.3, right: 0.45, is: "format" },
  "a little knowledge": { share: LITTLE, valid: 0.3, right: 0.45, is: "both" },
  "half format": { share: 0.5, valid: 0.3, right: 0.45, is: "both" },
  "a little format": { share: 1 - LITTLE, valid: 0.3, right: 0.45, is: "both" },
  "hardly knowledge": { share: 1 - LITTLE, valid: 0.3, right: 0.45, is: "knowledge" },
  "all knowledge": { share: 1 / 0.9, valid: 0.9, right: 0.45, is: "knowledge" },
} as const;
const CLEAR = ["all format", "half format", "all knowledge"] as const;
const CHURNS = [0, 0.2];
const SIZES = [100, 400, 1600];
const GAINS = [0.05, 0.15, 0.3];

/** How often what is said is wrong, by kind: at the bounds too, where it is right to say what lies on one side. */
function anyGain(n: number, gain: number): Simulation {
  const kinds = Object.entries(KINDS).map(([kind, truth]) => ({
    truth,
    event: `it is ${kind}, and said to be something else`,
  }));
  return {
    claim: "The gain is format, knowledge, or both",
    truth: `${n} questions; a gain of ${100 * gain} points; forced answers as they were, or one in five drawn anew`,
    bounds: Object.fromEntries(kinds.map(({ event }) => [event, { atMost: 0.05 }])),
    trial: (seed) => {
      const draw = new Draw(seed);
      const isWrong = (truth: (typeof kinds)[number]["truth"]) => {
        const said = readingOf(draw, n, { ...truth, gain, churn: CHURNS[draw.below(2)]! });
        return said !== undefined && said !== "unclear" && said !== truth.is;
      };
      return Promise.resolve(Object.fromEntries(kinds.map(({ truth, event }) => [event, isWrong(truth)])));
    },
  };
}

/** Of all sizes. */
function drawnGain(n: number): Simulation {
  return {
    claim: "The gain is format, knowledge, or both",
    truth: `${n} questions; a gain of ${GAINS.map((gain) => 100 * gain).join(", ")} points; ${CLEAR.join(", ")}`,
    bounds: { "it says so": { atLeast: 0 }, "it is right": { atLeast: 0.95, of: "it says so" } },
    trial: (seed) => {
      const draw = new Draw(seed);
      const truth = KINDS[CLEAR[draw.below(CLEAR.length)]!];
      const gain = GAINS[draw.below(GAINS.length)]!;
      const said = readingOf(draw, n, { ...truth, gain, churn: CHURNS[draw.below(2)]! });
      const speaks = said !== undefined && said !== "unclear";
      return Promise.resolve({ "it says so": speaks, "it is right": speaks && said === truth.is });
    },
  };
}

function clearGain(kind: "all format" | "all knowledge"): Simulation {
  return {
    claim: "The gain is format, knowledge, or both",
    truth: `400 questions; a gain of 15 points, ${kind}; one in five forced answers drawn anew`,
    bounds: { "it says so": { atLeast: 0.8 } },
    trial: (seed) => {
      const said = readingOf(new Draw(seed), 400, { ...KINDS[kind], gain: 0.15, churn: 0.2 });
      return Promise.resolve({ "it says so": said !== undefined && said !== "unclear" });
    },
  };
}

export const readings = [
  ...SIZES.flatMap((n) => [...GAINS.map((gain) => anyGain(n, gain)), drawnGain(n)]),
  clearGain("all format"),
  clearGain("all knowledge"),
];
