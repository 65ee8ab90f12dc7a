import { expandSweep } from "../../../lib/sweep/expand";

const refused = expect.objectContaining({ code: "ERR_FILE_FORMAT" }) as Error;
const cellsOf = (sweep: object, options?: object) => expandSweep({ options, sweep }, "sweep.yaml");

it("gives a cell for each combination, the last axis changing fastest", () => {
  const cells = cellsOf({ seed: [1, 2], variant: ["A", ["A", "P"]] }, { task: "mmlu", seed: 9 });

  expect(cells).toEqual([
    { name: "seed-1_variant-A", options: { task: "mmlu", seed: 1, variant: "A" } },
    { name: "seed-1_variant-A,P", options: { task: "mmlu", seed: 1, variant: ["A", "P"] } },
    { name: "seed-2_variant-A", options: { task: "mmlu", seed: 2, variant: "A" } },
    { name: "seed-2_variant-A,P", options: { task: "mmlu", seed: 2, variant: ["A", "P"] } },
  ]);
});

it("takes several options of one choice from a mapping, under its name", () => {
  const cells = cellsOf({ model: [{ name: "small, Q8", model: "a/q8.gguf", sae: ["1=x", "2=y"] }] });
  expect(cells).toEqual([{ name: "small,-Q8", options: { model: "a/q8.gguf", sae: ["1=x", "2=y"] } }]);
});

it("names a cell by the last part of a path, and so that it stays in the sweep's folder", () => {
  expect(cellsOf({ model: ["../a/q8.gguf", "..\\b/"] }).map(({ name }) => name)).toEqual(["model-q8.gguf", "model-b"]);
  expect(cellsOf({ model: [{ name: "../up", model: "m" }] })[0]!.name).toBe("-up");
});

it("refuses two cells of one name, with or without capitals, and says what to do", () => {
  const sweep = { model: ["a/m.gguf", "b/M.gguf"] };
  expect(() => cellsOf(sweep)).toThrow(refused);
  expect(() => cellsOf(sweep)).toThrow(/two cells are called model-M.gguf: .* each with a name/);
});

it("refuses an option that two axes give", () => {
  expect(() => cellsOf({ seed: [1], model: [{ name: "m", model: "m", seed: 2 }] })).toThrow(/two axes give .* seed/);
});

it.each([
  ["no mapping", []],
  ["no sweep", { options: { seed: 1 } }],
  ["another key", { sweep: { seed: [1] }, seeds: [1] }],
  ["an axis that is no list", { sweep: { seed: 1 } }],
  ["an axis without values", { sweep: { seed: [] } }],
  ["a mapping without a name", { sweep: { model: [{ model: "m" }] } }],
])("refuses a file with %s", (_what, document) => {
  expect(() => expandSweep(document, "sweep.yaml")).toThrow(refused);
});
