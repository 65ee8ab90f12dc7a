import type { RandomBelow } from "../statistics/random";

/** As many as the addon keeps a bit of for each feature. */
const N_PROBES = 64;

/** A window that becomes a probe, among the rows of its sequence. */
export interface Probe {
  readonly probe: number;
  readonly start: number;
}

/**
 * Windows of the text in which it is known of every feature whether it is active: each sequence's has the same chance
 * (algorithm R, Vitter 1985), so that those of a feature that is not are drawn from all of what it is not active on.
 */
export class Probes {
  private readonly begins: number[] = [];
  private nSequences = 0;

  /** @param width positions of a window */
  constructor(
    private readonly width: number,
    private readonly random: RandomBelow,
  ) {}

  /** Position of the first token of each window. */
  get positions(): readonly number[] {
    return this.begins;
  }

  /** Draws for a sequence with rows from `position` on; undefined where it has no probe, or is shorter than a window. */
  offer(position: number, nRows: number): Probe | undefined {
    if (nRows < this.width) return undefined;
    const place = this.nSequences < N_PROBES ? this.nSequences : this.random(this.nSequences + 1);
    this.nSequences += 1;
    if (place >= N_PROBES) return undefined;
    const start = this.random(nRows - this.width + 1);
    this.begins[place] = position + start;
    return { probe: place, start };
  }
}
