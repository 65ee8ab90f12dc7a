import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectFailure, ON_DEMO } from "../support/corrsteer";
import { chunksOf } from "../support/directory-contents";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer } = residentCorrsteer();
let nRuns = 0;

/** Questions of a user, as the lines of a file. */
function questions(rows: readonly (object | string)[]): string {
  const path = join(folder, `questions-${++nRuns}.jsonl`);
  writeFileSync(path, rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row)) + "\n").join(""));
  return path;
}

/** `n` sums to select on, one to validate on and one to test on. */
function sums(n: number, expected: (i: number) => string): object[] {
  const split = (i: number) => (i < n ? "train" : i === n ? "validation" : "test");
  return Array.from({ length: n + 2 }, (_, i) => ({
    id: `sum-${i}`,
    prompt: `${i % 10}+1=${(i % 10) + 1}\n${i}+2=`,
    expected: expected(i),
    split: split(i),
  }));
}

const newRun = () => join(folder, `run-${++nRuns}`);
const run = (data: string, out: string, ...options: string[]) =>
  corrsteer("run", ...ON_DEMO, "--task", "jsonl", "--data", data, "--variant", "S", "--out", out, ...options);

describe("questions of a user", () => {
  const good = { prompt: "1+1=", expected: "2" };

  test.each<[string, (object | string)[], string[]]>([
    ["an empty file", [], ["at least one row"]],
    ["a missing field", [good, { prompt: "1+2=" }], [":2", '"expected"', "found nothing"]],
    ["a field of another type", [{ ...good, expected: true }], [":1", '"expected"', "found true"]],
    [
      "an id that is taken",
      [
        { ...good, id: "a" },
        { ...good, id: "a" },
      ],
      [":2", '"id"', ":1"],
    ],
    ["a line that is no JSON", [good, "{"], [":2", "JSON"]],
  ])("with %s: file, row and field are named, and no run is begun", async (_, rows, words) => {
    const [data, out] = [questions(rows), newRun()];
    expectFailure(await run(data, out), 1, "ERR_DATASET_FORMAT", data, ...words);
    expect(existsSync(out)).toBe(false);
  });

  test.each<[string, object[], string]>([
    ["a single one", sums(1, () => "3"), "1 sample"],
    ["all answered wrong", sums(6, () => "no such answer"), "with the score 0"],
  ])("with %s are collected, and rank says that nothing correlates", async (_, rows, words) => {
    const [data, out] = [questions(rows), newRun()];
    expectFailure(await run(data, out), 1, "ERR_DEGENERATE", words);
    expect(readFileSync(join(out, "samples.jsonl"), "utf8").trim().split("\n")).toHaveLength(rows.length - 2);
    expectFailure(await corrsteer("rank", out), 1, "ERR_DEGENERATE", words);
    expect(existsSync(join(out, "ranking.json"))).toBe(false);
  });

  test("all answered right are collected, and rank says that nothing correlates", async () => {
    const asked = newRun();
    await run(questions(sums(6, () => "?")), asked);
    const answers = readFileSync(join(asked, "samples.jsonl"), "utf8").trim().split("\n");
    const answerOf = new Map(
      answers.map((line) => JSON.parse(line) as { id: string; completion: string }).map((s) => [s.id, s.completion]),
    );
    const outcome = await run(questions(sums(6, (i) => answerOf.get(`sum-${i}`) ?? "?")), newRun());
    expectFailure(outcome, 1, "ERR_DEGENERATE", "with the score 1");
  });

  test("with a prompt longer than the context: the sample is named, what came before it is kept", async () => {
    const rows = sums(6, () => "3");
    const out = newRun();
    const long = questions([...rows, { id: "endless", prompt: "1".repeat(900), expected: "1", split: "train" }]);
    const outcome = await run(long, out, "--chunk-samples", "1", "--seed", "5");
    expectFailure(outcome, 1, "ERR_CONTEXT_FULL", "sample endless", "256");
    expect(chunksOf(out).length).toBeGreaterThan(0);
    expect(chunksOf(out).length).toBeLessThan(7);
  });
});

describe("a later stage's question longer than the context", () => {
  test.each(["validation", "test"])(
    "of %s: the sample and what helps are named, and no run is begun",
    async (split) => {
      const out = newRun();
      const long = questions([...sums(6, () => "3"), { id: "endless", prompt: "1".repeat(900), expected: "1", split }]);

      expectFailure(await run(long, out), 1, "ERR_CONTEXT_FULL", "sample endless", "256", "raise --context");
      expect(existsSync(out)).toBe(false);
    },
  );
});

describe("a user's scorer", () => {
  /** A task file whose scorer does `fault` at the fifth question while `faulty` is there; the first ones it sees twice. */
  function task(fault: string): { file: string; faulty: string } {
    const faulty = join(folder, `faulty-${++nRuns}`);
    const file = join(folder, `task-${nRuns}.mjs`);
    writeFileSync(faulty, "");
    writeFileSync(
      file,
      `import { existsSync } from "node:fs";
      const seen = new Set();
      export default {
        name: "mine", kind: "generation", maxTokens: 4, stop: ["\\n"], scorer: "mine", pooling: "max",
        async *load() { for (let i = 0; i < 16; i++) yield { id: "q" + i, prompt: i + "+1=", expected: String(i + 1) }; },
        score(text, { id }) {
          if (seen.add(id).size === 5 && existsSync(${JSON.stringify(faulty)})) ${fault};
          return text.length % 2;
        },
      };`,
    );
    return { file, faulty };
  }

  test.each([
    ["throws", 'throw new Error("cannot score that")', "cannot score that"],
    ["gives NaN", "return NaN", "NaN"],
    ["rejects a promise", 'return Promise.reject(new Error("no judge"))', "no judge"],
    [
      "gives an extra that is no number",
      "return { score: 1, extras: { share: 1 / 0 } }",
      'extra "share", got Infinity',
    ],
  ])("that %s: the sample is named, and once mended the run goes on", async (_, fault, words) => {
    const { file, faulty } = task(fault);
    const out = newRun();
    const collect = () =>
      corrsteer("collect", ...ON_DEMO, "--task", file, "--data", "-", "--chunk-samples", "2", "--out", out, "--json");
    const outcome = await collect();
    expectFailure(outcome, 1, "ERR_TASK", words);
    expect(outcome.stderr).toMatch(/sample q\d+/);
    expect(chunksOf(out)).toHaveLength(2);
    rmSync(faulty);
    const resumed = await collect();
    expect(resumed).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ resumed: 4 });
  });
});
