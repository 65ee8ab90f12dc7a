import { seededRandom } from "../../lib/statistics/random";

/** Random numbers of a seed. */
export class Draw {
  private readonly random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** In (0, 1), or between two numbers. */
  uniform(low = 0, high = 1): number {
    return low + ((this.random(2 ** 32) + 0.5) / 2 ** 32) * (high - low);
  }

  /** Whole, in [0, limit). */
  below(limit: number): number {
    return this.random(limit);
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** 1 with this probability, else 0. */
  flip(probability: number): number {
    return Number(this.uniform() < probability);
  }

  shuffled<T>(items: Iterable<T>): T[] {
    const list = [...items];
    for (let i = list.length - 1; i > 0; i--) {
      const other = this.below(i + 1);
      [list[i], list[other]] = [list[other]!, list[i]!];
    }
    return list;
  }
}
