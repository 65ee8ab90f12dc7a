import { join } from "node:path";
import { loadTaskModule } from "../../../lib/tasks/module";
import { configureTask } from "../../../lib/tasks/configure";
import { scoreTexts } from "../../support/score-texts";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

/** Source of a task whose parts are given as source. */
const task = (parts: Record<string, string> = {}) => {
  const all = {
    ...{ name: '"mine"', kind: '"generation"', maxTokens: "4", stop: "[]", scorer: '"mine"', pooling: '"max"' },
    load: 'async function* () { yield { id: "1", prompt: "p", expected: "e" }; }',
    score: "() => 0.5",
    ...parts,
  };
  return `{ ${Object.entries(all)
    .map(([name, source]) => `${name}: ${source}`)
    .join(", ")} }`;
};
const loadSource = (source: string, name = "task.mjs") =>
  loadTaskModule(join(temporaryFiles({ [name]: source }), name));

describe("loadTaskModule", () => {
  it.each([
    ["TypeScript", "task.ts", `const task: { name: string } & object = ${task()}; export default task;`],
    ["an ES module", "task.mjs", `export default ${task()};`],
    ["CommonJS", "task.js", `module.exports = ${task()};`],
    ["a function that returns a task", "task.ts", `export default (): object => (${task()});`],
    ["an async function", "task.mjs", `export default async () => (${task()});`],
  ])("runs %s", async (_, name, source) => {
    const loaded = await loadSource(source, name);
    expect(loaded).toMatchObject({ name: "mine", kind: "generation", maxTokens: 4, stop: [], pooling: "max" });
    expect(await collectAll(loaded.load("anywhere"))).toEqual([{ id: "1", prompt: "p", expected: "e" }]);
    expect(await scoreTexts(loaded, [""], {})).toEqual([0.5]);
  });

  it("keeps `this` of a task that is an instance of a class", async () => {
    const source = `class Mine {
      name = "mine"; kind = "choice"; maxTokens = 1; stop = []; scorer = "s"; pooling = "max"; value = 1;
      async *load(path) { yield { id: path, prompt: "p", expected: String(this.value) }; }
      score() { return this.value; }
    }
    export default new Mine();`;
    const loaded = await loadSource(source);
    expect(await collectAll(loaded.load("x"))).toEqual([{ id: "x", prompt: "p", expected: "1" }]);
    expect(await scoreTexts(loaded, [""], {})).toEqual([1]);
  });

  it.each([
    ["a module that throws", 'throw new Error("no luck")', /no luck/],
    ["a syntax error", "export default {", /failed/],
    ["no default export", "export const a = 1;", /no task: name/],
    ["another kind", `export default ${task({ kind: '"chat"' })}`, /kind/],
    ["no tokens", `export default ${task({ maxTokens: "0" })}`, /maxTokens/],
    ["a missing function", `export default ${task({ score: "undefined" })}`, /score: expected a function/],
    ["a function that throws", 'export default () => { throw "a string" }', /a string/],
  ])("refuses %s", async (_, source, message) => {
    await expect(loadSource(source)).rejects.toMatchObject({
      code: "ERR_TASK",
      message: expect.stringMatching(message),
    });
  });

  it("refuses a file that is not there", async () => {
    await expect(loadTaskModule("/nowhere/task.ts")).rejects.toMatchObject({ code: "ERR_TASK" });
  });

  it.each([
    [
      "throws",
      'async function* () { yield { id: "1", prompt: "p", expected: "e" }; throw new Error("disk gone"); }',
      /disk gone/,
    ],
    ["gives no sample", "async function* () {}", /no samples/],
    ["gives something else", "() => 3", /load\(\) failed/],
    ["gives a sample without a prompt", 'async function* () { yield { id: "1", expected: "e" }; }', /sample 1.*prompt/],
    [
      "gives options that its prompt does not list",
      'async function* () { yield { id: "1", prompt: "p", expected: "A", choices: [" A", " B"], options: ["x", "y"] }; }',
      /sample 1.*options: expected one for each of choices/,
    ],
    [
      "gives an id twice",
      'async function* () { for (let i = 0; i < 2; i++) yield { id: "twin", prompt: "p", expected: "e" }; }',
      /"twin"/,
    ],
  ])("reports a load() that %s", async (_, load, message) => {
    const loaded = await loadSource(`export default ${task({ load })}`);
    await expect(collectAll(loaded.load("x"))).rejects.toMatchObject({
      code: "ERR_TASK",
      message: expect.stringMatching(message),
    });
  });

  it("gives load the prompting, and says what is different under it", async () => {
    const loaded = await loadSource(
      `export default ${task({
        load: 'async function* (path, { style }) { yield { id: path, prompt: style, expected: "e" }; }',
        reasonsIn: '["clean"]',
        under: "({ chainOfThought }) => (chainOfThought ? { maxTokens: 256 } : {})",
      })}`,
    );
    const reasoning = { style: "clean", chainOfThought: true } as const;
    expect(await collectAll(loaded.load("x", reasoning))).toMatchObject([{ id: "x", prompt: "clean" }]);
    expect([loaded.reasonsIn, loaded.under!(reasoning)]).toEqual([["clean"], { maxTokens: 256 }]);
  });

  it.each([
    ["throws", '() => { throw new Error("no idea"); }', /under\(\) failed: .*no idea/],
    ["gives no object", "() => 3", /under\(\) failed/],
    ["gives half a token", "() => ({ maxTokens: 0.5 })", /under\(\) failed: maxTokens/],
    ["gives what cannot differ", '() => ({ name: "other" })', /under\(\) failed.*name/],
  ])("refuses an under() that %s", async (_, under, message) => {
    const loaded = await loadSource(`export default ${task({ under })}`);
    expect(() => loaded.under!({ style: "clean", chainOfThought: false })).toThrow(
      expect.objectContaining({ code: "ERR_TASK", message: expect.stringMatching(message) as string }),
    );
  });

  it("takes scorers: objects, and built-in ones by name", async () => {
    const scorers =
      '["normalized-exact-match", { name: "own", async score({ completion }) { return completion.length / 10; } }]';
    const loaded = await loadSource(`export default ${task({ scorers })}`);
    expect(loaded.scorers.map(({ name }) => name)).toEqual(["normalized-exact-match", "own"]);
    expect(await scoreTexts(loaded, ["Paris."], { expected: "paris" })).toEqual([1]);
    const own = configureTask(loaded, { scorer: "own" });
    expect(await scoreTexts(own, ["Paris."], { expected: "paris" })).toEqual([0.6]);
  });

  it.each([
    ["an unknown name", '["best-match"]', /scorers.0: expected a name and a function score, or one of exact-match/],
    ["one without a function", '[{ name: "own" }]', /scorers.0: expected a name/],
    ["none", "[]", /scorers/],
    ["two of one name", '["exact-match", "exact-match"]', /two scorers "exact-match"/],
  ])("refuses scorers with %s", async (_, scorers, message) => {
    await expect(loadSource(`export default ${task({ scorers })}`)).rejects.toMatchObject({
      code: "ERR_TASK",
      message: expect.stringMatching(message),
    });
  });
});
