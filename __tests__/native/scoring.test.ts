import { readFileSync } from "node:fs";
import { join } from "node:path";
import { collect } from "../../lib/collect/collect";
import { runArms } from "../../lib/ask/run-arms";
import { Model } from "../../lib/model/model";
import { findSaes } from "../../lib/sae/set";
import { choiceLogProbability, choiceMargin, choiceProbability, optionLetter } from "../../lib/score/choice";
import type { Scorer } from "../../lib/score/scorer";
import type { RunManifest } from "../../lib/run/manifest";
import type { SampleRecord } from "../../lib/run/samples";
import { configureTask } from "../../lib/tasks/configure";
import type { Task } from "../../lib/tasks/task";
import { temporaryFolder } from "../support/temporary-folder";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";

const CHOICES = [" A", " B", " C", " D"];
const folder = temporaryFolder();
const engine = { threads: 1, contextTokens: 1024 };
let model: Model;

/** Gives its score late, and what it has seen beside it. */
const judge: Scorer = {
  name: "judge",
  model: "a-judge@1",
  async score({ completion }) {
    await new Promise((resolve) => setImmediate(resolve));
    return { score: (completion.length % 4) / 4, extras: { length: completion.length } };
  },
};
// The fixture's tokens are bytes: letters without a space before them differ in their first token.
const letters: Task = {
  ...parityTask,
  name: "letters",
  kind: "choice",
  maxTokens: 1,
  scorers: [optionLetter, choiceLogProbability, choiceProbability, choiceMargin, judge],
};
const samples = tinySamples(
  24,
  CHOICES.map((choice) => choice.trim()),
);

beforeAll(async () => {
  model = await Model.load(TINY_MODEL);
});
afterAll(() => model.dispose());

async function collected(task: Task): Promise<{ task: RunManifest["task"]; records: SampleRecord[] }> {
  const directory = join(folder, `${task.scorers[0].name}-${task.constrained ?? false}`);
  const options = { directory, samples, engine, chunkSamples: 10, sae: { threads: 1 } };
  const { manifest } = await collect(model, await findSaes(TINY_SAES), task, options);
  const lines = readFileSync(join(directory, "samples.jsonl"), "utf8").trim().split("\n");
  return { task: manifest.task, records: lines.map((line) => JSON.parse(line) as SampleRecord) };
}

describe("collecting", () => {
  it.each([
    [choiceLogProbability, (gold: number, others: number[]) => (gold > Math.max(...others) ? 1 : 0)],
    [choiceProbability, (gold: number, others: number[]) => gold / others.reduce((sum, other) => sum + other, gold)],
    [choiceMargin, (gold: number, others: number[]) => gold / (gold + Math.max(...others))],
  ])("scores by $name what samples.jsonl keeps of the choices", async ({ name }, formula) => {
    const { task, records } = await collected(configureTask(letters, { scorer: name }));
    expect(task).toMatchObject({ scorer: name, constrained: false });
    expect(records).toHaveLength(24);
    for (const { score, expected, choiceLogProbabilities } of records) {
      const { [expected]: gold, ...others } = choiceLogProbabilities!;
      expect(score).toBeCloseTo(formula(Math.exp(gold!), Object.values(others).map(Math.exp)), 10);
    }
  });

  it("holds answers to the choices: each is the most probable of them", async () => {
    const { task, records } = await collected(configureTask(letters, { constrained: true }));
    expect(task).toMatchObject({ scorer: "option-letter", constrained: true });
    for (const { completion, choiceLogProbabilities } of records) {
      const [best] = Object.entries(choiceLogProbabilities!).reduce((a, b) => (b[1] > a[1] ? b : a));
      expect(completion).toBe(best);
    }
  });

  it("awaits a scorer, and keeps its name, its model and what it measured", async () => {
    const { task, records } = await collected(configureTask(letters, { scorer: "judge" }));
    expect(task).toMatchObject({ scorer: "judge", scorerModel: "a-judge@1" });
    for (const { score, extras, completion } of records) {
      expect({ score, extras }).toEqual({ score: (completion.length % 4) / 4, extras: { length: completion.length } });
    }
  });

  it("refuses to hold answers to choices that a question has not", async () => {
    const options = { directory: join(folder, "free"), samples: tinySamples(3), engine };
    const constrained = { ...parityTask, constrained: true };
    await expect(collect(model, await findSaes(TINY_SAES), constrained, options)).rejects.toMatchObject({
      code: "ERR_INVALID_ARGUMENT",
    });
  });
});

describe("arms", () => {
  const BASELINE = { name: "baseline", steering: undefined, constrained: false };

  it("are scored by the task's first scorer, with its extras, and held to the choices where the task is", async () => {
    await using running = await model.createEngine(engine);
    const task = configureTask(letters, { scorer: "judge", constrained: true });
    const [outcome] = await runArms(running, task, samples, [BASELINE]);
    expect(outcome!.answers).toHaveLength(24);
    for (const { score, extras, completion, formatValid } of outcome!.answers) {
      expect({ score, extras, formatValid }).toEqual({ score: 0.25, extras: { length: 1 }, formatValid: true });
      expect("ABCD").toContain(completion);
    }
  });

  it("name the sample whose answer a scorer cannot score", async () => {
    await using running = await model.createEngine(engine);
    const failing: Scorer = {
      name: "failing",
      score: (_, { id }) => (id === "q7" ? Promise.reject(new Error("no judge")) : 1),
    };
    const task: Task = { ...letters, scorers: [failing] };
    await expect(runArms(running, task, samples, [BASELINE])).rejects.toMatchObject({
      code: "ERR_TASK",
      details: { task: "letters", scorer: "failing", sample: "q7" },
    });
  });
});
