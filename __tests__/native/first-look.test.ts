import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Look } from "../../lib/ask/look";
import { collect } from "../../lib/collect/collect";
import { Model } from "../../lib/model/model";
import { findSaes } from "../../lib/sae/set";
import type { SampleRecord } from "../../lib/run/samples";
import type { Task } from "../../lib/tasks/task";
import { chunksOf, directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";

const folder = temporaryFolder();
const samples = tinySamples(50);
const always = (score: number): Task => ({ ...parityTask, scorers: [{ name: "always", score: () => score }] });
let model: Model;

beforeAll(async () => {
  model = await Model.load(TINY_MODEL);
});
afterAll(() => model.dispose());

interface Options {
  strict?: boolean;
  onFirstAnswers?: (look: Look) => void;
  onProgress?: (progress: { done: number }) => void;
  signal?: AbortSignal;
  chunkSamples?: number;
}

async function run(name: string, options: Options = {}, task: Task = parityTask) {
  const directory = join(folder, name);
  const engine = { threads: 1, contextTokens: 1024 };
  await collect(model, await findSaes(TINY_SAES), task, { directory, samples, engine, chunkSamples: 25, ...options });
  return directory;
}

const recordsOf = (directory: string) =>
  readFileSync(join(directory, "samples.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as SampleRecord);

/** Collects up to the second chunk. */
async function stopped(name: string): Promise<void> {
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => {
    if (done > 30) stop.abort(new Error("enough"));
  };
  await expect(run(name, { onProgress, signal: stop.signal })).rejects.toThrow("enough");
}

test("the first 20 answers are told of before the first chunk is there, and change no byte", async () => {
  const looks: Look[] = [];
  let doneAtLook = 0;
  let done = 0;
  const looked = await run("looked", {
    onProgress: (progress) => (done = progress.done),
    onFirstAnswers: (look) => {
      looks.push(look);
      doneAtLook = done;
    },
  });

  const first = recordsOf(looked).slice(0, 20);
  const right = first.filter(({ score }) => score > 0).length;
  expect(looks).toMatchObject([{ n: 20, right, readable: 20, cutOff: 20 }]);
  expect(looks[0]!.examples).toEqual(
    first.slice(0, 3).map(({ id, completion, expected, score }) => ({ id, completion, expected, score })),
  );
  expect(doneAtLook).toBeGreaterThanOrEqual(20);
  expect(doneAtLook).toBeLessThanOrEqual(25);
  expect(directoryContents(looked)).toEqual(directoryContents(await run("unlooked")));
});

test("no answer is scored twice, and the look waits for what the scorer gets at once, of which it shows the first 20", async () => {
  const scored: string[] = [];
  let scoredAtLook = 0;
  const counting: Task["scorers"][0] = {
    name: "counting",
    score(answer, sample) {
      scored.push(sample.id);
      return parityTask.scorers[0].score(answer, sample);
    },
  };
  const looks: Look[] = [];
  const onFirstAnswers = (look: Look) => {
    looks.push(look);
    scoredAtLook = scored.length;
  };
  await run("once", { onFirstAnswers, chunkSamples: 40 }, { ...parityTask, scorers: [counting] });

  expect(scored).toEqual(samples.map(({ id }) => id));
  expect(scoredAtLook).toBe(32);
  expect(looks).toMatchObject([{ n: 20 }]);
});

test("a run that goes on looks at what is there, and one that is complete at nothing", async () => {
  await stopped("stopped");
  const looks: Look[] = [];
  const onFirstAnswers = (look: Look) => looks.push(look);
  const directory = await run("stopped", { onFirstAnswers });
  const atStart: Look[] = [];
  await run("from-start", { onFirstAnswers: (look) => atStart.push(look) });

  expect(looks).toEqual(atStart);
  expect(looks).toHaveLength(1);
  await run("stopped", { onFirstAnswers });
  expect(looks).toHaveLength(1);
  expect(directoryContents(directory)).toEqual(directoryContents(join(folder, "from-start")));
});

test.each([
  ["none is right", 0, "none-right"],
  ["all are", 1, "all-right"],
])("strict stops where %s, with the numbers, and nothing is kept", async (name, score, doubt) => {
  const error = await run(name, { strict: true }, always(score)).catch((reason: unknown) => reason);

  expect(error).toMatchObject({
    code: "ERR_TASK",
    details: { task: "parity", scorer: "always", n: 20, right: 20 * score, doubts: [doubt] },
  });
  expect(chunksOf(join(folder, name))).toEqual([]);
  const whole = await run(name, {}, always(score)); // it can be had all the same
  expect(recordsOf(whole)).toHaveLength(50);
});

test("strict looks at what an earlier process has kept", async () => {
  await stopped("kept");
  await expect(run("kept", { strict: true })).resolves.toBeDefined();
});

test("what the callback throws ends the collection", async () => {
  const thrown = new Error("I have seen enough");
  const onFirstAnswers = () => {
    throw thrown;
  };
  await expect(run("thrown", { onFirstAnswers })).rejects.toBe(thrown);
});
