import { ALPHA } from "../statistics/alpha";
import { TIE_SLACK } from "../statistics/ties";
import { openCounts } from "../statistics/monte-carlo";
import { countBelow, falseDiscoveryRate } from "../statistics/false-discovery";
import { decidingR, type RankedFeature, type RankedLayer, type Ranking } from "./ranking";

/** Fewer permutations can never give a p of `ALPHA`. */
export const LEAST_PERMUTATIONS = Math.ceil(1 / ALPHA) - 1;

/** Quantiles of the best r under permuted scores that a plot shows as a band, with its middle. */
const PROBABILITIES = [0.05, 0.5, 0.95];

/** How much a feature has of what is looked for: r of the wanted sign. */
export function strengthOf(r: number, sign: Ranking["sign"]): number {
  if (sign === "both") return Math.abs(r);
  return sign === "positive" ? r : 0 - r;
}

/** What permuted scores give, in a layer or in all: how strong the strongest feature then is. */
export class NullDistribution {
  private readonly sorted: Float64Array;

  /** @param best [permutations] */
  constructor(best: Float64Array) {
    this.sorted = best.slice().sort();
  }

  /** Of all layers together: the strongest of any, permutation by permutation. */
  static ofAll(layers: readonly Float64Array[]): NullDistribution {
    return new NullDistribution(layers[0]!.map((_, b) => Math.max(...layers.map((best) => best[b]!))));
  }

  /** (1 + permutations at least as strong) / (1 + permutations): valid, and never 0 (Phipson and Smyth 2010). */
  p(strength: number): number {
    return (1 + this.nAsStrong(strength)) / (1 + this.sorted.length);
  }

  /**
   * How many of these strengths are so near the threshold that other permutations could put them on its other side.
   * @param nLooks after which it is asked, this one among them
   */
  nUndecided(strengths: Float64Array, nLooks: number): number {
    const { above, below } = openCounts(this.sorted.length, ALPHA, nLooks);
    return strengths.reduce((sum, strength) => {
      const count = this.nAsStrong(strength);
      return sum + Number(count > above && count < below);
    }, 0);
  }

  /** What is stronger than this has a p of at most `ALPHA`. */
  get threshold(): number {
    const exceeding = Math.floor(ALPHA * (1 + this.sorted.length) + 1e-9) - 1;
    return this.sorted[this.sorted.length - 1 - exceeding]!;
  }

  get quantiles(): number[] {
    return PROBABILITIES.map((probability) => this.sorted[Math.round(probability * (this.sorted.length - 1))]!);
  }

  private nAsStrong(strength: number): number {
    return this.sorted.length - countBelow(this.sorted, strength - TIE_SLACK);
  }
}

/** One layer's features under permuted scores. */
export interface TestedLayer {
  /** Of all features with support. */
  readonly strengths: Float64Array;
  /** [permutations] the strongest of them. */
  readonly best: Float64Array;
  /** Of each feature by itself, on both sides. */
  readonly p: Float64Array;
}

/** A layer's ranking, and its test; without permutations there is none. */
interface JudgedLayer {
  readonly ranked: RankedLayer;
  readonly tested: TestedLayer | undefined;
}

/** How scores were permuted: after so many one looked whether that decides, and went on, if at all, to the next number. */
interface Permuted {
  readonly seed: number;
  readonly looks: readonly number[];
}

/** Says of each feature kept, and of each layer, whether it is beyond what permuted scores give. */
export function judge(analyzed: readonly JudgedLayer[], { seed, looks }: Permuted): Pick<Ranking, "layers" | "null"> {
  const tests = analyzed.flatMap(({ ranked, tested }) => (tested ? [{ ranked, ...tested }] : []));
  if (tests.length === 0) return { layers: analyzed.map(({ ranked }) => ranked), null: null };
  const overall = NullDistribution.ofAll(tests.map(({ best }) => best));
  const own = tests.map(({ best }) => new NullDistribution(best));
  const q = falseDiscoveryRate(Float64Array.from(tests.flatMap(({ p }) => [...p])));
  const strength = (feature: RankedFeature) => Math.abs(decidingR(feature)); // of the wanted sign
  return {
    layers: analyzed.map(({ ranked }, l) => ({
      ...ranked,
      features: ranked.features.map((feature) => ({
        ...feature,
        layerP: own[l]!.p(strength(feature)),
        familyWiseP: overall.p(strength(feature)),
        q: feature.p === null ? null : q(feature.p),
      })),
    })),
    null: {
      permutations: tests[0]!.best.length,
      ...(looks.length > 1 && { mostPermutations: looks.at(-1)! }),
      nUndecided: tests.reduce((sum, { strengths }) => sum + overall.nUndecided(strengths, looks.length), 0),
      seed,
      alpha: ALPHA,
      threshold: overall.threshold,
      probabilities: PROBABILITIES,
      quantiles: overall.quantiles,
      layers: tests.map(({ ranked: { sae, layer }, strengths }, l) => {
        const { threshold, quantiles } = own[l]!;
        const nSurvivors = strengths.filter((strength) => overall.p(strength) <= ALPHA).length;
        return { sae, layer, threshold, quantiles, nSurvivors, bestInsideNull: nSurvivors === 0 };
      }),
    },
  };
}
