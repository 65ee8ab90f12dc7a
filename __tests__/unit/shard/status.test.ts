import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { statusLines } from "../../../lib/cli/commands/shard-status";
import { rateOf } from "../../../lib/shard/status";
import { failedLogs } from "../../../lib/shard/worker-logs";
import { temporaryFolder } from "../../support/temporary-folder";

const plan = temporaryFolder();

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
  logs: [],
  questions: { done: 500, total: 800 },
};

it("says how far a plan is, how long the rest takes, and what went wrong", () => {
  const failed = [{ shard: 6, code: "ERR_TASK", message: "sample q: no", host: "node-3", at: at(0) }];
  const logs = [{ path: "plan/logs/7_2.log", lastLines: ["shard 2", "corrsteer: ERR_TASK no"] }];
  expect(statusLines({ ...status, failed, logs, perSecond: 2, secondsLeft: 150 })).toEqual([
    "5 of 8 shards done, 500 of 800 questions, 2.00 a second: 3 min left",
    "missing: 1-2, 6",
    "begun: 2",
    "shard 6 failed on node-3, 1970-01-01T00:00:00.000Z: ERR_TASK sample q: no",
    "plan/logs/7_2.log ends:",
    "  shard 2",
    "  corrsteer: ERR_TASK no",
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

it("has the last lines of logs that tell of a failure, the newest first, and of no others", async () => {
  const logs = join(plan, "logs");
  expect(await failedLogs(plan)).toEqual([]);
  mkdirSync(logs);
  const texts = {
    "7_0.log": "corrsteer: ERR_TASK once\nshard 0\nshard 1\ndone: 0-1; done before: none\n",
    "7_1.log": "one\ntwo\nthree\nslurmstepd: error: Detected 1 oom-kill event(s)\n",
    "7_2.log": "corrsteer: ERR_TASK no\n",
    "7_3.log": "shard 3: 4 of 9 questions\n",
  };
  for (const [i, [name, text]] of Object.entries(texts).entries()) {
    writeFileSync(join(logs, name), text);
    utimesSync(join(logs, name), i, i);
  }
  expect(await failedLogs(plan)).toEqual([
    { path: join(logs, "7_2.log"), lastLines: ["corrsteer: ERR_TASK no"] },
    { path: join(logs, "7_1.log"), lastLines: ["two", "three", "slurmstepd: error: Detected 1 oom-kill event(s)"] },
  ]);
});
