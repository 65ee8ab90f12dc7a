interface Mark {
  readonly at: number;
  readonly done: number;
}

/** Over a shorter time, where several questions end at once, a rate says little. */
const LEAST_WINDOW_MS = 30_000;

/** How fast a count rises: over the later half of the time that it was watched, which is steady and forgets the start. */
export class Pace {
  private readonly start: number;
  private readonly marks: Mark[];

  /** @param at milliseconds of any clock */
  constructor(at: number, done: number) {
    this.start = at;
    this.marks = [{ at, done }];
  }

  add(at: number, done: number): void {
    if (done !== this.last.done) this.marks.push({ at, done });
  }

  /** A second; undefined before anything was done. A pause counts once it is longer than the time that was measured. */
  rate(now: number): number | undefined {
    if (this.marks.length < 2) return undefined;
    const from = Math.min(now - LEAST_WINDOW_MS, (this.start + now) / 2);
    while (this.marks.length > 2 && this.marks[1]!.at <= from) this.marks.shift();
    const [first] = this.marks as [Mark];
    const elapsedMs = Math.max(this.last.at - first.at, (now - first.at) / 2, 1);
    return (1000 * (this.last.done - first.done)) / elapsedMs;
  }

  private get last(): Mark {
    return this.marks.at(-1)!;
  }
}
