import { normal, seededRandom, shuffled, uniform } from "../../lib/statistics/random";

/** Random numbers of a seed. */
export class Draw {
  private readonly random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** In (0, 1), or between two numbers. */
  uniform(low = 0, high = 1): number {
    return low + uniform(this.random) * (high - low);
  }

  /** Whole, in [0, limit). */
  below(limit: number): number {
    return this.random(limit);
  }

  /** Standard normal. */
  normal(): number {
    return normal(this.random);
  }

  /** 1 with this probability, else 0. */
  flip(probability: number): number {
    return Number(this.uniform() < probability);
  }

  shuffled<T>(items: Iterable<T>): T[] {
    return shuffled([...items], this.random);
  }
}
