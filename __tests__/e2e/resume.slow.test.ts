import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DEMO_TASK,
  expectFailure,
  MAIN,
  ON_DEMO,
  quietly,
  start,
  startProgram,
  succeed,
  until,
} from "../support/corrsteer";
import { chunksOf, directoryContents } from "../support/directory-contents";
import { temporaryFolder } from "../support/temporary-folder";
import { random } from "../native/models";

const folder = temporaryFolder();
const N_SAMPLES = 40;
const N_KILLS = 12;

/** The whole job in many small steps. */
function runArgs(keep: "sparse" | "moments", directory: string): string[] {
  const sizes = ["--samples", String(N_SAMPLES), "--validation-samples", "8", "--test-samples", "8"];
  const options = ["--chunk-samples", "2", "--controls", "random", "--significance", "none"];
  return ["run", ...ON_DEMO, ...DEMO_TASK, ...sizes, ...options, "--keep", keep, "--out", directory];
}

const whole = { sparse: join(folder, "whole-sparse"), moments: join(folder, "whole-moments") };
beforeAll(async () => {
  await Promise.all([succeed(...runArgs("sparse", whole.sparse)), succeed(...runArgs("moments", whole.moments))]);
});

test("keeping moments alone leaves the same answers, profiles and evaluation; chance needs single samples", () => {
  const [sparse, moments] = [directoryContents(whole.sparse), directoryContents(whole.moments)];
  const made = Object.keys(sparse).filter((name) => /^(evaluation-samples|samples|profiles)/.test(name));
  expect(made).toHaveLength(8);
  const profiles = made.filter((name) => name.endsWith(".steer.json"));
  for (const name of made) if (!profiles.includes(name)) expect([name, moments[name]]).toEqual([name, sparse[name]]);
  for (const name of profiles) expect(profileJson(whole.moments, name)).toEqual(profileJson(whole.sparse, name));
  const [one, other] = [readEvaluationJson(whole.sparse), readEvaluationJson(whole.moments)];
  expect(other["arms"]).toEqual(one["arms"]);
  expect([one["significance"], other["significance"]]).toEqual([expect.any(Object), null]);
});

/** But for the ranking that the profile names, which has a null or has none. */
function profileJson(directory: string, name: string): Record<string, unknown> {
  const profile = JSON.parse(readFileSync(join(directory, name), "utf8")) as Record<string, unknown>;
  return { ...profile, ranking: null };
}

function readEvaluationJson(directory: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(directory, "evaluation.json"), "utf8")) as Record<string, unknown>;
}

test.each(["sparse", "moments"] as const)(
  "a run that is killed 12 times at random moments ends with the same bytes (%s)",
  async (keep) => {
    const next = random(keep === "sparse" ? 1 : 2);
    const directory = join(folder, `killed-${keep}`);
    const stops: number[] = [];
    for (let kill = 0; kill < N_KILLS; kill++) {
      const running = start(...runArgs(keep, directory));
      // Some chunks further, then at any point of the next ones; the last kills fall into selection and evaluation.
      const goal = Math.min(N_SAMPLES / 2, (stops.at(-1) ?? 0) + 1 + Math.floor(3 * next()));
      await until(
        () => chunksOf(directory, keep).length >= goal || existsSync(join(directory, "samples.jsonl")),
        running,
      );
      await sleep(40 * next());
      running.process.kill("SIGKILL");
      await running.ended;
      stops.push(chunksOf(directory, keep).length);
    }
    const inTheMiddle = stops.filter((chunks) => chunks > 0 && chunks < N_SAMPLES / 2);
    expect(inTheMiddle.length).toBeGreaterThan(3);
    await succeed(...runArgs(keep, directory));
    expect(directoryContents(directory)).toEqual(directoryContents(whole[keep]));
  },
);

/** Runs it where no file may grow beyond `bytes`, as when the disk is full. */
function startLimited(bytes: number, args: readonly string[]) {
  return startProgram("prlimit", [`--fsize=${bytes}`, process.execPath, MAIN, ...quietly(args)]);
}
const prlimit = spawnSync("prlimit", ["--version"]).status === 0 ? test : test.skip;

prlimit.each([
  ["a chunk's activations", 1500, "activations"],
  ["the samples", 6000, "samples.jsonl"],
  ["the ranking", 16000, "ranking.json"],
])("a run that cannot write %s says so, and goes on once it can (skipped without prlimit)", async (_, bytes, file) => {
  const directory = join(folder, `limited-${file}`);
  expectFailure(await startLimited(bytes, runArgs("sparse", directory)).ended, 1, "ERR_FILE_WRITE", directory, file);
  expect(Object.keys(directoryContents(directory)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  await succeed(...runArgs("sparse", directory));
  expect(directoryContents(directory)).toEqual(directoryContents(whole.sparse));
});

const disk = join(folder, "disk");
mkdirSync(disk);
/** A shell in a name space of its own, where a small disk is mounted at `disk`. */
const onSmallDisk = (script: string, args: readonly string[] = []) =>
  startProgram("unshare", [
    ...["--map-root-user", "--mount", "sh", "-c"],
    `mount -t tmpfs -o size=160k corrsteer "${disk}" && ${script}`,
    ...["sh", ...args],
  ]);
const canMount =
  process.platform === "linux" &&
  spawnSync("unshare", ["--map-root-user", "--mount", "mount", "-t", "tmpfs", "corrsteer", disk]).status === 0;

(canMount ? test : test.skip)(
  "a run on a full disk says so, and goes on when there is room (skipped without unshare)",
  async () => {
    const directory = join(disk, "run");
    const kept = join(folder, "full-disk");
    const command = [process.execPath, MAIN, ...quietly(runArgs("sparse", directory))];
    const script = `"$@"; echo "code $?"; cp -r "${directory}" "${kept}-full"; mount -o remount,size=20m "${disk}"; "$@" > "${disk}/log" && cp -r "${directory}" "${kept}"`;
    const outcome = await onSmallDisk(script, command).ended;
    expect(outcome).toMatchObject({ code: 0, signal: null, stdout: "code 1\n" });
    expect(outcome.stderr).toMatch(/^corrsteer: ERR_FILE_WRITE [^\n]*ENOSPC[^\n]*\n$/);
    expect(chunksOf(`${kept}-full`).length).toBeGreaterThan(0);
    expect(chunksOf(`${kept}-full`).length).toBeLessThan(N_SAMPLES / 2);
    expect(directoryContents(kept)).toEqual(directoryContents(whole.sparse));
  },
);
