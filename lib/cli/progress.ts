import type { OnProgress, Progress } from "../progress";
import { printable } from "../printable";
import { Pace } from "./pace";
import { estimateText, progressText, type StageProgress } from "./progress-text";

/** Where progress is shown: stderr. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** An estimate is given when so much time was measured, if so much is left. */
const MEASURED_MS = 3000;
const WORTH_AN_ESTIMATE_S = 10;
/** Between two lines where nothing can be written over. */
const LINE_MS = 10_000;
const REDRAW_MS = 200;

/** Of a terminal that says 0, or nothing. */
const UNKNOWN_WIDTH = 80;
/** Goes to the line's start, and clears from there on. */
const TO_START = "\r";
const CLEAR = "\x1b[K";

/** Shows how far a command is: on a terminal in one line that is written over, else in a line every ten seconds. */
export class ProgressDisplay {
  private current: StageProgress | undefined;
  private pace = new Pace(0, 0);
  private since = 0;
  private estimated = false;
  private lastLineAt: number;

  /** @param now milliseconds of any clock */
  constructor(
    private readonly screen: Screen,
    private readonly now: () => number,
  ) {
    this.lastLineAt = now();
  }

  report(progress: StageProgress): void {
    const before = this.current;
    this.current = progress;
    if (before && isSameCount(before, progress)) return;
    this.since = this.now();
    this.pace = new Pace(this.since, progress.done);
    this.estimated = false;
    this.draw();
  }

  /** Called several times a second. */
  tick(): void {
    if (!this.current) return;
    this.pace.add(this.now(), this.current.done);
    this.estimate(this.current);
    this.draw();
  }

  /** In lines that stay. */
  say(lines: readonly string[]): void {
    for (const line of lines) this.writeLine(printable(line));
  }

  /** Leaves the line empty for what comes then. */
  end(): void {
    if (this.current && this.screen.isTTY) this.screen.write(TO_START + CLEAR);
    this.current = undefined;
  }

  /** In a line that stays. */
  private estimate(progress: StageProgress): void {
    const rate = this.pace.rate(this.now());
    if (this.estimated || rate === undefined || this.now() - this.since < MEASURED_MS) return;
    this.estimated = true;
    const secondsLeft = (progress.total - progress.done) / rate;
    if (secondsLeft >= WORTH_AN_ESTIMATE_S) this.writeLine(estimateText(progress, secondsLeft));
  }

  private draw(): void {
    const { isTTY, columns = 0 } = this.screen;
    const width = columns > 0 ? columns : UNKNOWN_WIDTH;
    const rate = this.pace.rate(this.now());
    if (isTTY) this.screen.write(TO_START + progressText(this.current!, rate, width - 1) + CLEAR);
    else if (this.now() - this.lastLineAt >= LINE_MS) this.writeLine(progressText(this.current!, rate));
  }

  private writeLine(text: string): void {
    this.lastLineAt = this.now();
    this.screen.write(this.screen.isTTY ? `${TO_START}${text}${CLEAR}\n` : `${text}\n`);
  }
}

/** Of a count that goes on the words may change. */
function isSameCount(before: StageProgress, { stage, done, total, unit }: StageProgress): boolean {
  return before.stage === stage && before.total === total && before.unit === unit && before.done <= done;
}

/** Takes in how far a command is. */
export interface CommandProgress {
  (progress: StageProgress): void;
  /** For the steps of one stage. */
  of(stage: string): OnProgress;
  /** On lines of their own, also where progress is not shown. */
  say(lines: readonly string[]): void;
  /** Leaves the line to what is printed next, until there is more progress. */
  clear(): void;
}

export interface ProgressFlags {
  quiet?: true;
}

/** Does the work, and shows on stderr how far it is until it ends or is aborted; nothing where it is to be quiet. */
export async function showProgress<T>(
  signal: AbortSignal,
  { quiet }: ProgressFlags,
  work: (progress: CommandProgress) => Promise<T>,
): Promise<T> {
  const display = new ProgressDisplay(process.stderr, () => performance.now());
  const timer = setInterval(() => {
    display.tick();
  }, REDRAW_MS).unref();
  const end = () => {
    clearInterval(timer);
    display.end();
  };
  const report = (progress: StageProgress) => {
    if (!quiet && !signal.aborted) display.report(progress);
  };
  const of = (stage: string) => (progress: Progress) => {
    report({ stage, ...progress });
  };
  const say = (lines: readonly string[]) => {
    display.say(lines);
  };
  const clear = () => {
    display.end();
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    return await work(Object.assign(report, { of, say, clear }));
  } finally {
    end();
  }
}
