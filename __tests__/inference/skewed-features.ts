// Rare features, whose r is skewed where few answers are right, beside common ones: which joint maximum finds more?
import { Draw } from "./draw";
import { survivorsOfVariants, VARIANTS, type Variant } from "./max-t";
import type { Simulation } from "./simulation";

const SAMPLES = 300;
const RARE = 40;
const COMMON = 20;

/** Of one rare and one common feature, in log odds of a right answer: where it fires, and by its deviations. */
interface Effects {
  readonly right: number;
  readonly rare: number;
  readonly common: number;
}

function storeOf(draw: Draw, { right, rare, common }: Effects) {
  const feature = (rate: number, spread: number) =>
    Array.from({ length: SAMPLES }, () => draw.flip(rate) * Math.exp(spread * draw.normal()));
  const features = [
    ...Array.from({ length: RARE }, () => feature(draw.uniform(0.03, 0.06), 0.8)),
    ...Array.from({ length: COMMON }, () => feature(draw.uniform(0.5, 1), 0.4)),
  ];
  const [first, other] = [features[0]!, features[RARE]!];
  const mean = other.reduce((sum, value) => sum + value / SAMPLES, 0);
  const deviation = Math.sqrt(other.reduce((sum, value) => sum + (value - mean) ** 2 / SAMPLES, 0));
  const scores = other.map((value, i) => {
    const odds = Math.log(right / (1 - right)) + rare * Number(first[i]! > 0) + (common * (value - mean)) / deviation;
    return draw.flip(1 / (1 + Math.exp(-odds)));
  });
  return { scores, features };
}

function effects(planted: Effects): Simulation {
  const { right, rare, common } = planted;
  return {
    claim: "The joint maximum is that of r, in one step",
    truth: `${SAMPLES} answers, right at odds of ${right}; ${RARE} rare features, one of log odds ${rare} where it fires, ${COMMON} common ones, one of ${common} a deviation`,
    bounds: {
      ...Object.fromEntries(VARIANTS.map((variant) => [`${variant}: finds another`, { atMost: 0.05 }])),
      "stepping down finds more": { atMost: 0.02 },
      "only r finds the rare one": { atLeast: 1, of: "only studentised, it is found" },
      "only studentised, it is found": { atMost: 0.03 },
      "only studentised, the common one is found": { atLeast: 1, of: "only r finds the common one" },
      "only r finds the common one": { atMost: 0.03 },
    },
    trial: (seed) => {
      const draw = new Draw(seed);
      const { scores, features } = storeOf(draw, planted);
      const found = survivorsOfVariants(draw, scores, features);
      const hasOther = (variant: Variant) => [...found[variant]].some((one) => one !== 0 && one !== RARE);
      const only = (one: Variant, other: Variant, feature: number) =>
        found[one].has(feature) && !found[other].has(feature);
      return Promise.resolve({
        ...Object.fromEntries(VARIANTS.map((variant) => [`${variant}: finds another`, hasOther(variant)])),
        "stepping down finds more": [0, RARE].some((feature) => only("r, stepping down", "r", feature)),
        "only r finds the rare one": only("r", "studentised", 0),
        "only studentised, it is found": only("studentised", "r", 0),
        "only studentised, the common one is found": only("studentised", "r", RARE),
        "only r finds the common one": only("r", "studentised", RARE),
      });
    },
  };
}

export const skewedFeatures = [
  effects({ right: 0.1, rare: 2.5, common: 0.8 }),
  effects({ right: 0.3, rare: 2.2, common: 0.6 }),
];
