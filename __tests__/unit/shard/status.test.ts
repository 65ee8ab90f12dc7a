import { statusLines } from "../../../lib/cli/commands/shard-status";
import { rateOf } from "../../../lib/shard/status";

const at = (second: number) => new Date(second * 1000).toISOString();

describe("the rate of all workers", () => {
  it("is of the time from the first beginning to the last end", () => {
    const records = [10, 12, 20].map((end) => ({ at: at(end), seconds: 5, questions: 30 }));
    expect(rateOf(records)).toBe(90 / 15);
  });

  it("is a number of questions a second however far clocks differ", () => {
    const records = [-86_400, 12, 86_400].map((skew) => ({ at: at(100_000 + skew), seconds: 5, questions: 30 }));
    expect(rateOf(records)).toBe(90 / (2 * 86_400 + 5));
    expect(rateOf([{ at: at(-5), seconds: 5, questions: 30 }])).toBe(6);
  });

  it("is not known before one is done, nor of workers that found all done", () => {
    expect(rateOf([])).toBeNull();
    expect(rateOf([{ at: at(10), seconds: 0, questions: 0 }])).toBeNull();
  });
});

const status = {
  nShards: 8,
  nDone: 5,
  missing: [1, 2, 6],
  begun: [2],
  failed: [],
  questions: { done: 500, total: 800 },
};

it("says how far a plan is, how long the rest takes, and what went wrong", () => {
  const failed = [{ shard: 6, code: "ERR_TASK", message: "sample q: no", host: "node-3", at: at(0) }];
  expect(statusLines({ ...status, failed, perSecond: 2, secondsLeft: 150 })).toEqual([
    "5 of 8 shards done, 500 of 800 questions, 2.00 a second: 3 min left",
    "missing: 1-2, 6",
    "begun: 2",
    "shard 6 failed on node-3, 1970-01-01T00:00:00.000Z: ERR_TASK sample q: no",
  ]);
});

it("says nothing of time where none is left, or none is known", () => {
  const all = { ...status, nDone: 8, missing: [], begun: [], questions: { done: 800, total: 800 } };
  expect(statusLines({ ...all, perSecond: 2, secondsLeft: 0 })).toEqual(["8 of 8 shards done, 800 of 800 questions"]);
  expect(statusLines({ ...status, begun: [], perSecond: null, secondsLeft: null })).toEqual([
    "5 of 8 shards done, 500 of 800 questions",
    "missing: 1-2, 6",
  ]);
});
