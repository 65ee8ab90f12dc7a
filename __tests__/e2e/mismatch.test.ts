import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunReport } from "../../lib";
import { beforeIds } from "../support/before-ids";
import { DEMO_TASK, expectFailure, ON_DEMO } from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
const whole = join(folder, "whole");
const directory = join(folder, "run");
const NOTHING_ELSE = ["--controls", "none", "--scales", "none"];
const ANOTHER = ["--variant", "S,A", "--top-k", "3", "--coefficient", "contrast"];

beforeAll(() =>
  succeed(
    ...["run", ...ON_DEMO, ...DEMO_TASK, "--samples", "300", "--validation-samples", "20", "--test-samples", "60"],
    ...["--variant", "S,A", "--chunk-samples", "64", ...NOTHING_ELSE, "--out", whole],
  ),
);
beforeEach(() => {
  cpSync(whole, directory, { recursive: true });
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const inRun = (name: string) => join(directory, name);

/** A file as an older version wrote it: without hashes and ids. */
const makeOlder = (name: string, version: object, without: readonly string[]) => {
  const document = beforeIds(JSON.parse(readFileSync(inRun(name), "utf8"))) as Record<string, unknown>;
  for (const field of without) delete document[field];
  writeFileSync(inRun(name), `${JSON.stringify({ ...document, ...version }, null, 2)}\n`);
};

/** What tells of an evaluation. */
const TELLING = [
  ["report", directory],
  ["report", directory, "--export", "official-json"],
  ["compare", directory],
  ["compare", whole, directory],
];

describe("an evaluation", () => {
  test("of the profiles before is not told as one of those that were selected since", async () => {
    await succeed("select", directory, ...ANOTHER);
    const before = directoryContents(directory);
    for (const args of TELLING) {
      const outcome = await corrsteer(...args);
      expectFailure(outcome, 1, "ERR_RUN_MISMATCH", inRun("evaluation.json"), "expected SHA-256", "Run evaluate again");
    }
    expect(directoryContents(directory)).toEqual(before);
    await succeed("evaluate", directory, ...NOTHING_ELSE);
    for (const args of TELLING) await succeed(...args);
  });

  test.each([
    ["rank", ["--top-k", "7"]],
    ["select", ANOTHER],
    ["evaluate", ["--controls", "none", "--scales", "2"]],
  ])("has no report any more once %s made something else of the run", async (stage, options) => {
    await succeed(stage, directory, ...options);
    expect(existsSync(inRun("report.html"))).toBe(false);
  });

  test.each([
    ["rank", []],
    ["select", ["--variant", "S,A"]],
    ["evaluate", NOTHING_ELSE],
  ])("keeps its report when %s made the same again", async (stage, options) => {
    await succeed(stage, directory, ...options);
    expect(directoryContents(directory)).toEqual(directoryContents(whole));
  });

  test("is told when the same was selected again", async () => {
    await succeed("select", directory, "--variant", "S,A");
    for (const args of TELLING) await succeed(...args);
  });

  test("of another run's answers is refused", async () => {
    const answers = readFileSync(inRun("evaluation-samples.jsonl"), "utf8");
    writeFileSync(inRun("evaluation-samples.jsonl"), answers.replace('"score":1', '"score":0'));
    const outcome = await corrsteer("report", directory);
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", inRun("evaluation-samples.jsonl"), "Run evaluate again");
  });
});

describe("a profile", () => {
  const refused = [
    ["evaluate", directory, ...NOTHING_ELSE],
    ["transfer", whole, directory],
  ];

  test("of another selection is not evaluated", async () => {
    const other = join(folder, "other");
    cpSync(whole, other, { recursive: true });
    await succeed("select", other, ...ANOTHER);
    cpSync(join(other, "profiles"), inRun("profiles"), { recursive: true });
    for (const args of refused) {
      const outcome = await corrsteer(...args);
      expectFailure(outcome, 1, "ERR_RUN_MISMATCH", inRun("profiles"), inRun("selection.json"), "Run select again");
    }
  });

  test("of an earlier ranking is not evaluated, although it may have the same features", async () => {
    await succeed("rank", directory, "--top-k", "7");
    for (const args of refused) {
      const outcome = await corrsteer(...args);
      expectFailure(outcome, 1, "ERR_RUN_MISMATCH", inRun("ranking.json"), "Run select again");
    }
  });
});

describe("inspect", () => {
  const inspectRun = async (path: string) => JSON.parse(await succeed("inspect", path, "--json")) as RunReport;
  const statesOf = ({ stages }: RunReport) => Object.fromEntries(stages.map(({ stage, state }) => [stage, state]));

  test("says what a run is of, and what its stages left", async () => {
    const report = await inspectRun(whole);
    const { sha256 } = readDocument(whole, "model", "run.json") as { sha256: string };
    expect(report).toMatchObject({ kind: "run", path: whole, model: { sha256 }, task: { name: "jsonl" }, seed: 42 });
    expect(report.saes.map(({ layer }) => layer)).toEqual([0, 1, 2, 3]);
    expect(statesOf(report)).toEqual({
      collect: "done",
      rank: "done",
      select: "done",
      evaluate: "done",
      report: "done",
    });
    expect(report.stages.map(({ counts }) => counts)).toMatchObject([
      { samples: 300, of: 300, chunks: 5 },
      { samples: 300, SAEs: 4 },
      { S: 1 },
      { questions: 60, arms: 3 },
      {},
    ]);
    expect(report.headline).toBe(readDocument(whole, "headline"));
    const table = await succeed("inspect", whole);
    expect(table).toMatch(/^.*: jsonl on .*, seed 42\n(.*\n)*collect +done +300 of 300 samples, 5 chunks\n/);
    expect(table).toContain(report.headline!);
  });

  test("says which files are not of each other, and what to run again", async () => {
    await succeed("select", directory, ...ANOTHER);
    const afterSelect = await inspectRun(directory);
    expect(statesOf(afterSelect)).toEqual({
      collect: "done",
      rank: "done",
      select: "done",
      evaluate: "wrong",
      report: "none",
    });
    expect(afterSelect.headline).toBeNull();
    expect(await succeed("inspect", directory)).toMatch(
      /evaluate +wrong .*\n(.*\n)*.*evaluation.json.* Run evaluate again\n$/,
    );
    writeFileSync(inRun("profiles/A.steer.json"), "{}");
    await succeed("rank", directory, "--top-k", "7");
    expect(statesOf(await inspectRun(directory))).toMatchObject({ rank: "done", select: "wrong", evaluate: "wrong" });
    writeFileSync(inRun("ranking.json"), "{");
    expect((await inspectRun(directory)).stages[1]).toMatchObject({ state: "wrong", problem: expect.stringContaining("not JSON") }); // prettier-ignore
  });

  test("says how far a collection is", async () => {
    for (const name of ["samples.jsonl", "ranking.json", "activations/000004"])
      rmSync(inRun(name), { recursive: true });
    const report = await inspectRun(directory);
    expect(report.stages[0]).toMatchObject({ state: "begun", counts: { samples: 256, of: 300, chunks: 4 } });
    expect(report.stages[1]).toMatchObject({ state: "none", problem: null });
  });
});

test("a ranking of other samples is not selected from", async () => {
  const samples = readFileSync(inRun("samples.jsonl"), "utf8");
  writeFileSync(inRun("samples.jsonl"), samples.replace('"score":1', '"score":0'));
  const outcome = await corrsteer("select", directory);
  expectFailure(outcome, 1, "ERR_RUN_MISMATCH", inRun("ranking.json"), inRun("samples.jsonl"), "Run rank again");
});

test("the files of a version that named no sources, and SAEs by their layer alone, are taken as they are", async () => {
  makeOlder("run.json", { format: 1 }, []);
  makeOlder("ranking.json", { format: 2 }, ["runs"]);
  makeOlder("selection.json", { format: 2 }, ["ranking", "runs", "profiles"]);
  for (const variant of ["S", "A"]) makeOlder(join("profiles", `${variant}.steer.json`), { version: 1 }, ["ranking"]);
  makeOlder("evaluation.json", { format: 2 }, ["measured"]);
  for (const args of TELLING) await succeed(...args);
  await succeed("evaluate", directory, ...NOTHING_ELSE);
  for (const args of TELLING) await succeed(...args);
  const same = ["arms", "headline"].map((name) => readDocument(directory, name));
  expect(same).toEqual(["arms", "headline"].map((name) => readDocument(whole, name)));
});

function readDocument(run: string, field: string, file = "evaluation.json"): unknown {
  return (JSON.parse(readFileSync(join(run, file), "utf8")) as Record<string, unknown>)[field];
}
