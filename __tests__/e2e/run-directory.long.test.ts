import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  corrsteer,
  DEMO_MODEL,
  DEMO_QUESTIONS,
  DEMO_SAES,
  DEMO_TASK,
  expectFailure,
  ON_DEMO,
  start,
  succeed,
  until,
} from "../support/corrsteer";
import { chunksOf, directoryContents } from "../support/directory-contents";
import { readEvaluation } from "../../lib";
import { loadAddon } from "../../lib/native/load";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const whole = join(folder, "whole");
const OPTIONS = [...DEMO_TASK, "--samples", "40", "--validation-samples", "12", "--test-samples", "12"];
const collectArgs = (...options: string[]) => ["collect", ...ON_DEMO, ...OPTIONS, "--chunk-samples", "10", ...options];

let nCopies = 0;
/** A finished run that a test may damage. */
function copy(): string {
  const directory = join(folder, `copy-${++nCopies}`);
  cpSync(whole, directory, { recursive: true });
  return directory;
}

function edit(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

/** In the middle of an Arrow file lie its values. */
function flipMiddleBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(path, bytes);
}

beforeAll(() => succeed("run", ...collectArgs("--variant", "A", "--controls", "random", "--out", whole).slice(1)));

describe("a run directory of something else", () => {
  const otherModel = join(folder, "other.gguf");
  const otherSaes = join(folder, "saes");
  const otherData = join(folder, "other.jsonl");
  beforeAll(() => {
    const lines = readFileSync(DEMO_QUESTIONS, "utf8").split("\n");
    writeFileSync(otherData, lines.filter((_, i) => i % 2 === 0).join("\n"));
    cpSync(DEMO_MODEL, otherModel);
    flipLastByte(otherModel);
    cpSync(DEMO_SAES, otherSaes, { recursive: true });
    flipLastByte(join(otherSaes, "blocks.2.hook_resid_post", "sae_weights.safetensors"));
  });

  /** The last value's smallest bit: another file of the same shape. */
  function flipLastByte(path: string): void {
    const bytes = readFileSync(path);
    bytes[bytes.length - 4]! ^= 1;
    writeFileSync(path, bytes);
  }

  test.each<[string, string[], string[]]>([
    ["another model", ["--model", otherModel], ["model.sha256"]],
    ["fewer layers", ["--layers", "0,1"], ['--layers: found "all", asked for [0,1]', "saes.2", "asked for nothing"]],
    ["another pooling", ["--pooling", "mean"], ['--pooling: found "max", asked for "mean"']],
    ["another convention", ["--convention", "official"], ['--convention: found "sae", asked for "official"']],
    ["other questions", ["--seed", "7"], ["--seed: found 42, asked for 7", "samples.sha256 differs"]],
    [
      "fewer questions",
      ["--samples", "20"],
      ["--samples: found 40, asked for 20", "samples.n: found 40, asked for 20"],
    ],
    ["other chunks", ["--chunk-samples", "5"], ["--chunk-samples: found 10, asked for 5"]],
    ["moments alone", ["--keep", "moments"], ['--keep: found "sparse", asked for "moments"']],
    ["other files", ["--data", otherData], [`--data: found "${DEMO_QUESTIONS}", asked for "${otherData}"`]],
    [
      "questions of a group",
      ["--category", "3 of 7 withheld"],
      ['--category: found nothing, asked for "3 of 7 withheld"'],
    ],
  ])("is refused to collect, which says that it differs by %s", async (_, options, words) => {
    const before = directoryContents(whole);
    const outcome = await corrsteer(...collectArgs("--out", whole, ...options));
    expectFailure(outcome, 1, "ERR_RUN_MISMATCH", whole, ...words);
    expect(outcome.stderr).not.toMatch(/[0-9a-f]{12}|threads|--validation-samples|chunkSamples/);
    expect(directoryContents(whole)).toEqual(before);
  });

  test.each<[string, string[], string[]]>([
    ["select, which has another model", ["select", whole, "--model", otherModel], ["model.sha256"]],
    ["select, which has other SAEs", ["select", whole, "--sae", otherSaes], ["saes.2.weights"]],
    ["evaluate, which has other SAEs", ["evaluate", whole, "--sae", otherSaes], ["saes.2.weights"]],
  ])("is refused to %s", async (_, args, words) => {
    expectFailure(await corrsteer(...args), 1, "ERR_RUN_MISMATCH", whole, ...words);
  });

  test("is taken up with other threads, which change nothing", async () => {
    const before = directoryContents(whole);
    await succeed(...collectArgs("--out", whole, "--threads", "2"));
    expect(directoryContents(whole)).toEqual(before);
  });
});

describe("two processes on one run directory", () => {
  test("the second is refused at once, and may go on when the first was killed", async () => {
    const directory = join(folder, "shared");
    const args = [...collectArgs("--chunk-samples", "1", "--samples", "200"), "--out", directory];
    const first = start(...args);
    await until(() => chunksOf(directory).length > 0, first);
    const second = await corrsteer(...args);
    expectFailure(second, 1, "ERR_RUN_LOCKED", directory);
    expect(first.process.exitCode).toBeNull(); // it did not wait for the first
    first.process.kill("SIGKILL");
    expect((await first.ended).signal).toBe("SIGKILL");
    const third = start(...args);
    const before = chunksOf(directory).length;
    await until(() => chunksOf(directory).length > before, third);
    third.process.kill("SIGKILL");
    await third.ended;
  });

  test.each<[string, string[]]>([
    ["collect", collectArgs()],
    ["rank", []],
    ["select", []],
    ["evaluate", []],
    ["report", ["--export", "official-json"]],
  ])("%s is refused while another works on it, and changes nothing", async (stage, options) => {
    const directory = copy();
    writeFileSync(join(directory, "profiles", "A.steer.json.0a1b2c3d4e5f.partial"), "being written");
    const before = directoryContents(directory);
    const lock = loadAddon().lockFile(join(directory, "lock"))!;
    const args = stage === "collect" ? [...options, "--out", directory] : [stage, directory, ...options];
    expectFailure(await corrsteer(...args), 1, "ERR_RUN_LOCKED", directory);
    lock.release();
    expect(directoryContents(directory)).toEqual(before);
  });

  test("one of two at the same time does the whole job, the other is refused", async () => {
    for (let pair = 0; pair < 2; pair++) {
      const directory = join(folder, `pair-${pair}`);
      const args = ["run", ...collectArgs("--variant", "A", "--controls", "random", "--out", directory).slice(1)];
      const outcomes = await Promise.all([start(...args).ended, start(...args).ended]);
      const [done, refused] = outcomes.sort((a, b) => a.code! - b.code!);
      expect(done).toMatchObject({ code: 0, stderr: "" });
      if (refused.code === 1) expectFailure(refused, 1, "ERR_RUN_LOCKED", directory);
      expect(directoryContents(directory)).toEqual(directoryContents(whole));
    }
  });

  test("rankings in a loop beside each other end well or are refused", async () => {
    const directory = copy();
    const again = async () => {
      const outcomes = [];
      for (let i = 0; i < 4; i++) outcomes.push(await corrsteer("rank", directory));
      return outcomes;
    };
    const outcomes = (await Promise.all([again(), again()])).flat();
    for (const outcome of outcomes.filter(({ code }) => code !== 0)) expectFailure(outcome, 1, "ERR_RUN_LOCKED");
    expect(outcomes.some(({ code }) => code === 0)).toBe(true);
    expect(directoryContents(directory)).toEqual(directoryContents(whole));
  });
});

describe("a damaged run directory", () => {
  const chunk = (directory: string, n: number) => join(directory, "activations", `00000${n}`);

  test.each<[string, (directory: string) => void, string, string[]]>([
    [
      "a chunk's file cut short",
      (at) => truncateSync(join(chunk(at, 1), "layer-02.arrow"), 500),
      "ERR_FILE_FORMAT",
      ["000001", "layer-02.arrow", "SHA-256"],
    ],
    [
      "an empty chunk's file",
      (at) => truncateSync(join(chunk(at, 1), "layer-02.arrow")),
      "ERR_FILE_FORMAT",
      ["000001", "layer-02.arrow"],
    ],
    [
      "one bit of a chunk changed",
      (at) => flipMiddleBit(join(chunk(at, 1), "layer-02.arrow")),
      "ERR_FILE_FORMAT",
      ["000001", "layer-02.arrow", "SHA-256"],
    ],
    [
      "a chunk's file gone",
      (at) => rmSync(join(chunk(at, 2), "layer-00.arrow")),
      "ERR_FILE_FORMAT",
      ["000002", "layer-00.arrow", "no such file"],
    ],
    ["a chunk gone", (at) => rmSync(chunk(at, 3), { recursive: true }), "ERR_FILE_FORMAT", ["30 samples", "40"]],
    [
      "all chunks gone",
      (at) => rmSync(join(at, "activations"), { recursive: true }),
      "ERR_FILE_FORMAT",
      ["0 samples", "40"],
    ],
    ["samples cut short", (at) => truncateSync(join(at, "samples.jsonl"), 1000), "ERR_FILE_FORMAT", ["samples.jsonl:"]],
    ["samples gone", (at) => rmSync(join(at, "samples.jsonl")), "ERR_RUN_INCOMPLETE", ["run collect on it again"]],
    [
      "a manifest without a field",
      (at) => edit(join(at, "run.json"), '"keep"', '"kept"'),
      "ERR_FILE_FORMAT",
      ["run.json", "keep"],
    ],
    ["a manifest cut short", (at) => truncateSync(join(at, "run.json"), 300), "ERR_FILE_FORMAT", ["run.json", "JSON"]],
    [
      "a manifest of other SAEs",
      (at) => edit(join(at, "run.json"), '"layer": 3', '"layer": 9'),
      "ERR_FILE_FORMAT",
      ["layer-09.arrow"],
    ],
    ["no manifest", (at) => rmSync(join(at, "run.json")), "ERR_RUN_INCOMPLETE", ["run.json"]],
  ])("with %s is refused by rank, which keeps the old ranking", async (_, damage, errorCode, words) => {
    const directory = copy();
    damage(directory);
    expectFailure(await corrsteer("rank", directory), 1, errorCode, directory, ...words);
    expect(readFileSync(join(directory, "ranking.json"))).toEqual(readFileSync(join(whole, "ranking.json")));
  });

  test("that lost its last chunks before it was complete collects exactly these again", async () => {
    const directory = join(folder, "short");
    const killed = start(...collectArgs("--chunk-samples", "2", "--out", directory));
    await until(() => chunksOf(directory).length >= 6, killed);
    killed.process.kill("SIGKILL");
    await killed.ended;
    const kept = chunksOf(directory).length - 2;
    for (const name of chunksOf(directory).sort().slice(kept))
      rmSync(join(directory, "activations", name), { recursive: true });
    const stdout = await succeed(...collectArgs("--chunk-samples", "2", "--out", directory, "--json"));
    expect(JSON.parse(stdout)).toMatchObject({ n: 40, resumed: 2 * kept });
  });

  test("that lost a chunk in the middle before it was complete is refused by collect, which names the chunk", async () => {
    const directory = copy();
    rmSync(join(directory, "samples.jsonl"));
    rmSync(chunk(directory, 1), { recursive: true });
    expectFailure(await corrsteer(...collectArgs("--out", directory)), 1, "ERR_FILE_FORMAT", "000001");
  });

  test("with files of a file manager is as good as without", async () => {
    const directory = copy();
    writeFileSync(join(directory, "activations", ".DS_Store"), "");
    await succeed("rank", directory);
    await succeed(...collectArgs("--out", directory));
    expect(readFileSync(join(directory, "ranking.json"))).toEqual(readFileSync(join(whole, "ranking.json")));
  });
});

describe("stages without what an earlier one makes", () => {
  test("select asks for a ranking, and makes the same profiles once it is there again", async () => {
    const directory = copy();
    rmSync(join(directory, "ranking.json"));
    expectFailure(await corrsteer("select", directory), 1, "ERR_RUN_INCOMPLETE", directory, "run rank on it");
    await succeed("rank", directory);
    await succeed("select", directory, "--variant", "A");
    expect(directoryContents(directory)).toEqual(directoryContents(whole));
  });

  test("evaluate needs the profiles and the activations, not the ranking", async () => {
    const directory = copy();
    rmSync(join(directory, "ranking.json"));
    rmSync(join(directory, "evaluation.json"));
    await succeed("evaluate", directory, "--controls", "random");
    const { arms, significance } = await readEvaluation(directory);
    expect(arms).toEqual((await readEvaluation(whole)).arms);
    expect(significance).toBeNull();
  });

  test("evaluate asks for profiles, and for the one that it was to evaluate", async () => {
    expectFailure(
      await corrsteer("evaluate", whole, "--variant", "S"),
      1,
      "ERR_RUN_INCOMPLETE",
      "variant S",
      "run select",
    );
    const directory = copy();
    rmSync(join(directory, "profiles"), { recursive: true });
    expectFailure(await corrsteer("evaluate", directory), 1, "ERR_RUN_INCOMPLETE", "run select on it");
  });

  test("evaluate refuses a profile whose vectors are another's", async () => {
    const directory = copy();
    const vectors = join(directory, "profiles", "A.safetensors");
    truncateSync(vectors, readFileSync(vectors).length - 4);
    expectFailure(await corrsteer("evaluate", directory), 1, "ERR_FILE_FORMAT", vectors);
  });
});
