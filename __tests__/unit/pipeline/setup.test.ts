import { resolve } from "node:path";
import { defaultDirectory, resolveSetup } from "../../../lib/pipeline/setup";

const options = { model: "m/tiny.gguf", sae: "saes", task: "mmlu", data: "data" };

test("fills in what was not given, and makes paths absolute", () => {
  expect(resolveSetup(options)).toEqual({
    model: resolve("m/tiny.gguf"),
    sae: resolve("saes"),
    basis: "sae",
    task: "mmlu",
    data: resolve("data"),
    layers: "all",
    seed: 42,
    split: "clean",
    samples: 4000,
    validationSamples: 200,
    device: "auto",
    promptStyle: "clean",
    chainOfThought: false,
    fewShot: 0,
  });
});

test("keeps the layers of `layer=path`, and takes a task with an extension as a file", () => {
  expect(resolveSetup({ ...options, sae: ["3=saes/c", "5=/saes/e=f"], task: "my-task.mjs" })).toMatchObject({
    sae: [`3=${resolve("saes/c")}`, `5=${resolve("/saes/e=f")}`],
    task: resolve("my-task.mjs"),
  });
});

test.each([
  ["samples", { samples: -1 }],
  ["seed", { seed: 0.5 }],
  ["layers", { layers: [] }],
  ["threads", { threads: 0 }],
  ["promptStyle", { promptStyle: "plain" as "clean" }],
  ["fewShot", { fewShot: -1 }],
  ["scorer", { scorer: 1 as unknown as string }],
  ["constrained", { constrained: "yes" as unknown as boolean }],
  ["maxTokens", { maxTokens: 0 }],
])("rejects %s outside its range", (name, wrong) => {
  expect(() => resolveSetup({ ...options, ...wrong })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", details: expect.objectContaining({ name }) }),
  );
});

describe("the folder of a run", () => {
  const questions = [{ id: "1", prompt: "1+1=", expected: "2" }];
  const setup = resolveSetup({ ...options, task: "tasks/my.ts", data: "sums/easy.jsonl.gz", seed: 7 });

  test("is named after task, data, model and seed, and after the questions", () => {
    expect(defaultDirectory(setup, questions)).toMatch(/^runs.my-easy-tiny-7-[0-9a-f]{8}$/);
    expect(defaultDirectory({ ...setup, data: "x/my" }, questions)).toMatch(/^runs.my-tiny-7-[0-9a-f]{8}$/);
  });

  test("is another for other questions, wherever they are from, and the same for the same", () => {
    const others = [[], [...questions, ...questions], [{ ...questions[0]!, expected: "3" }]];
    const names = [questions, ...others].map((samples) => defaultDirectory(setup, samples));
    expect(new Set(names).size).toBe(4);
    expect(defaultDirectory({ ...setup, data: "elsewhere/easy.jsonl", threads: 3 }, [...questions])).toBe(names[0]);
  });
});
