import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  DEMO_MODEL,
  DEMO_QUESTIONS,
  DEMO_TASK,
  expectFailure,
  MAIN,
  ON_DEMO,
  startProgram,
} from "../support/corrsteer";
import { directoryContents } from "../support/directory-contents";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();

/** A folder with files of its user. */
function users(name: string, ...files: string[]): string {
  for (const file of files) {
    mkdirSync(dirname(join(folder, name, file)), { recursive: true });
    writeFileSync(join(folder, name, file), "mine");
  }
  return join(folder, name);
}

const SMALL = [...ON_DEMO, ...DEMO_TASK, "--samples", "20", "--validation-samples", "10", "--test-samples", "10"];

describe("a folder of other things", () => {
  test.each([
    ["run", users("run", "report.html", "next/thesis.txt"), []],
    ["collect", users("collect", "report.html", "samples.jsonl"), []],
    ["run", users("seeds-8", "report.html"), ["--seeds", "7,8"]],
  ])("is no place for %s", async (command, directory, options) => {
    const before = directoryContents(folder);
    const out = options.length > 0 ? join(folder, "seeds") : directory;
    const outcome = await corrsteer(command, ...SMALL, "--out", out, ...options);
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", directory, "holds", "report.html", "Use another directory");
    expect(directoryContents(folder)).toEqual(before);
  });

  test("that holds what a killed process leaves is one to begin in", async () => {
    const directory = users("killed", "lock", "run.json.0a1b2c3d4e5f.partial", ".DS_Store");
    await succeed("collect", ...SMALL, "--out", directory);
    expect(Object.keys(directoryContents(directory))).not.toContain("run.json.0a1b2c3d4e5f.partial");
  });
});

test("runs on other data go to other folders of their own accord, and the same command goes on", async () => {
  const lines = readFileSync(DEMO_QUESTIONS, "utf8").trim().split("\n");
  for (const [i, name] of ["one", "two"].entries()) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "sums.jsonl"), lines.filter((_, k) => i === 0 || k % 2 === 0).join("\n"));
  }
  const cwd = users("cwd", "runs/thesis.txt");
  const collect = async (data: string, ...options: string[]) => {
    const args = ["collect", "--quiet", ...ON_DEMO, "--task", "jsonl", "--data", data, "--samples", "20", ...options];
    const inFolder = ["-c", 'cd "$0" && exec "$@"', cwd, process.execPath, MAIN, ...args, "--json"];
    const outcome = await startProgram("sh", inFolder).ended;
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    return JSON.parse(outcome.stdout) as { runDir: string; resumed: number };
  };
  const runs = [
    await collect(join(folder, "one", "sums.jsonl")),
    await collect(join(folder, "two", "sums.jsonl")),
    await collect(join(folder, "one", "sums.jsonl"), "--split", "official"),
    await collect(join(folder, "one", "sums.jsonl"), "--samples", "10"),
  ];
  expect(new Set(runs.map(({ runDir }) => runDir)).size).toBe(runs.length);
  expect(await collect(join(folder, "one", "sums.jsonl"))).toMatchObject({ runDir: runs[0]!.runDir, resumed: 20 });
});

describe("a file of other contents, which its user did not name", () => {
  test("is not written over by capture --prompts, whose own files are", async () => {
    const prompts = join(folder, "prompts.jsonl");
    writeFileSync(prompts, '{"id": "first", "prompt": "1+1="}\n{"id": "model", "prompt": "2+2="}\n');
    const out = users("captured", "model.safetensors", "notes.txt");
    const args = ["capture", "--model", DEMO_MODEL, "--threads", "1", "--prompts", prompts, "--out"];
    const before = directoryContents(out);
    expectFailure(await corrsteer(...args, out), 1, "ERR_FILE_WRITE", join(out, "model.safetensors"), "no capture");
    expect(directoryContents(out)).toEqual(before);
    await succeed(...args, join(folder, "own"));
    await succeed(...args, join(folder, "own"));
  });

  test("is not written over by transfer", async () => {
    const [one, two] = [join(folder, "run-1"), join(folder, "run-2")];
    for (const [seed, out] of [one, two].entries()) {
      const options = ["--variant", "A", "--significance", "none", "--controls", "none", "--scales", "none"];
      await succeed("run", ...SMALL, ...options, "--seed", String(seed), "--out", out);
    }
    const out = users("transferred", "transfer.json", "next/thesis.txt");
    const before = directoryContents(out);
    const refused = await corrsteer("transfer", one, two, "--threads", "1", "--out", out);
    expectFailure(refused, 1, "ERR_FILE_WRITE", join(out, "transfer.json"), "no transfer");
    expect(directoryContents(out)).toEqual(before);
    const beside = users("beside", "next/thesis.txt", "thesis.1.partial");
    for (let i = 0; i < 2; i++) await succeed("transfer", one, two, "--threads", "1", "--out", beside);
    expect(Object.keys(directoryContents(beside))).toEqual(["next/thesis.txt", "thesis.1.partial", "transfer.json"]);
    expect(readFileSync(join(beside, "next", "thesis.txt"), "utf8")).toBe("mine");
  });
});
