import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect, readEvaluation, type ProfileReport, type Ranking } from "../../lib";
import { residualNorms } from "../../lib/run/residual-statistics";
import { readShards } from "../../lib/run/shards";
import { expectFailure } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL, TINY_SAES } from "../support/tiny-task";
import { saeId } from "../support/sae-id";

/** Two shards of one run, ranked together: questions 0 to 59, and 60 to 119. */
const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
const [first, second] = [join(folder, "first"), join(folder, "second")];
const task = join(folder, "task.mjs");
const NOTHING_ELSE = ["--controls", "none", "--scales", "none"];
const SELECT = ["--significance", "none", "--variant", "A", "--coefficient", "residual:0.1"];

beforeAll(async () => {
  writeFileSync(
    task,
    `export default {
      name: "printable", kind: "generation", maxTokens: 3, stop: [], scorer: "printable", pooling: "max",
      async *load(range) {
        const [from, to] = range.match(/(\\d+)-(\\d+)$/).slice(1).map(Number);
        for (let i = from; i < to; i++) yield { id: "q" + i, prompt: "Is it " + (i * 7919) % 1000 + "? " + i, expected: "" };
      },
      score: (completion) => (/[ -~]/.test(completion) ? 1 : 0),
    };`,
  );
  const on = ["--model", TINY_MODEL, "--sae", TINY_SAES, "--threads", "1", "--task", task];
  await succeed("collect", ...on, "--data", "0-60", "--out", first);
  await succeed("collect", ...on, "--data", "60-120", "--out", second);
  await succeed("rank", first, second, "--permutations", "0", "--bootstrap", "0");
  await succeed("select", first, ...SELECT);
  await succeed("evaluate", first, ...NOTHING_ELSE);
  await succeed("report", first);
});

const ranking = () => JSON.parse(readFileSync(join(first, "ranking.json"), "utf8")) as Ranking;

test("their ranking names both, from where it lies", () => {
  expect(ranking().runs!.map(({ path }) => path)).toEqual([".", "../second"]);
});

test("the evaluation and the report say how many questions were selected on in all", async () => {
  const { n } = ranking();
  expect((await readEvaluation(first)).questions!.train).toBe(n);
  expect(readFileSync(join(first, "report.html"), "utf8")).toMatch(
    new RegExp(`<dt>selected on</dt>\\s*<dd>${n} questions</dd>`),
  );
});

test("coefficients in residual units are of the norms in both", async () => {
  const { vectors } = (await inspect(join(first, "profiles", "A.steer.json"))) as ProfileReport;
  const normOf = residualNorms(() => readShards([first, second]));
  const normOfFirst = residualNorms(() => readShards([first]));
  for (const { nativeLayer, norm } of vectors) {
    expect(norm / (0.1 * (await normOf(saeId(nativeLayer))))).toBeCloseTo(1, 5);
    expect(norm / (0.1 * (await normOfFirst(saeId(nativeLayer))))).not.toBeCloseTo(1, 5);
  }
});

test("questions of the other shard are no test questions", async () => {
  const outcome = await corrsteer("evaluate", first, "--data", "60-120", "--split", "official", ...NOTHING_ELSE);
  expectFailure(outcome, 1, "ERR_RUN_MISMATCH", second, "sample q", "test questions");
});

describe("a shard", () => {
  const elsewhere = join(folder, "elsewhere");
  afterEach(() => {
    rmSync(second, { recursive: true, force: true });
    renameSync(elsewhere, second);
  });
  const stages = [
    ["select", first, ...SELECT],
    ["evaluate", first, ...NOTHING_ELSE],
    ["report", first],
  ];

  test("that is gone is named by every stage", async () => {
    renameSync(second, elsewhere);
    for (const args of stages) {
      expectFailure(await corrsteer(...args), 1, "ERR_RUN_INCOMPLETE", second, "is gone");
    }
  });

  test("that is another one now is refused by every stage, which says what to do", async () => {
    renameSync(second, elsewhere);
    cpSync(elsewhere, second, { recursive: true });
    const samples = readFileSync(join(second, "samples.jsonl"), "utf8");
    writeFileSync(join(second, "samples.jsonl"), samples.replace("Is it", "Was it"));
    for (const args of stages) {
      const outcome = await corrsteer(...args);
      expectFailure(outcome, 1, "ERR_RUN_MISMATCH", join(second, "samples.jsonl"), "Run rank again");
    }
  });
});
