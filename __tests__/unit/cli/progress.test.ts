import { ProgressDisplay, type Screen } from "../../../lib/cli/progress";
import type { StageProgress } from "../../../lib/cli/progress-text";

const progress = (done: number, of: Partial<StageProgress> = {}): StageProgress => ({
  ...{ stage: "evaluate", step: "24 arms x 200 questions", done, total: 200, unit: "questions" },
  ...of,
});

/** A display on a screen that keeps what is written, and a clock that is moved by hand. */
function display(screen: Omit<Screen, "write">) {
  const written: string[] = [];
  let now = 0;
  const shown = new ProgressDisplay({ ...screen, write: (text: string) => written.push(text) }, () => now);
  /** Each question takes `seconds`, and ends at a tick. */
  const answer = (from: number, to: number, seconds: number) => {
    for (let done = from; done <= to; done++) {
      shown.report(progress(done));
      shown.tick();
      now += 1000 * seconds;
    }
  };
  return { written, shown, answer };
}

describe("where nothing can be written over", () => {
  it("gives an estimate after some seconds, then a line every ten, and nothing that moves a cursor", () => {
    const { written, shown, answer } = display({ isTTY: false });
    answer(0, 25, 1);
    shown.end();
    expect(written).toEqual([
      "evaluate: 24 arms x 200 questions, about 3 min\n",
      "evaluate: 24 arms x 200 questions, 13/200, 1.0 questions/s, about 3 min left\n",
      "evaluate: 24 arms x 200 questions, 23/200, 1.0 questions/s, about 3 min left\n",
    ]);
  });

  it("says nothing of what is done in a moment", () => {
    const { written, shown, answer } = display({ isTTY: false });
    answer(0, 200, 0.04);
    shown.end();
    expect(written).toEqual([]);
  });

  it("says every ten seconds what it is at, before anything of it is done", () => {
    const { written, answer } = display({ isTTY: false });
    for (let i = 0; i < 25; i++) answer(0, 0, 1);
    expect(written).toEqual(Array(2).fill("evaluate: 24 arms x 200 questions, 0/200\n"));
  });
});

describe("on a terminal", () => {
  it("writes one line over and over, cut to the terminal's width", () => {
    const { written, answer } = display({ isTTY: true, columns: 40 });
    answer(0, 2, 0.2);
    for (const text of written) {
      expect([text.at(0), text.slice(-3)]).toEqual(["\r", "\x1b[K"]);
      expect(text.slice(1, -3)).toMatch(/^[^\n]{1,39}$/);
    }
    expect(written.at(-1)).toContain("2/200");
  });

  it("leaves the estimate standing, and at the end an empty line", () => {
    const { written, shown, answer } = display({ isTTY: true, columns: 80 });
    answer(0, 5, 1);
    shown.end();
    expect(written.filter((text) => text.endsWith("\n"))).toEqual([
      "\revaluate: 24 arms x 200 questions, about 3 min\x1b[K\n",
    ]);
    expect(written.at(-1)).toBe("\r\x1b[K");
  });
});

it("begins to measure anew with another count, and goes on where only the words change", () => {
  const { written, shown, answer } = display({ isTTY: true, columns: 100 });
  answer(0, 10, 1);
  shown.report(progress(10, { step: "scores" }));
  shown.tick();
  expect(written.at(-1)).toContain("evaluate: scores, 10/200, 1.0 questions/s");
  shown.report(progress(0, { step: "neutral text x 4 arms", total: 40, unit: "texts" }));
  expect(written.at(-1)).toBe("\revaluate: neutral text x 4 arms, 0/40\x1b[K");
});
