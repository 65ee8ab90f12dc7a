import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { narrowed, SUBJECTS } from "../../bench/random-files/shapes";
import { writeRandomFiles } from "../../bench/random-files/write";
import { HOST_SAES } from "../../lib/collect/options";
import { MAIN, startProgram } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const cache = join(folder, "hub");
const root = join(__dirname, "..", "..");
const SCALE = 8;
const MIB = 2 ** 20;

/** Node, the addon and what ggml allocates for a graph, whatever the model. */
const PROGRAM_BYTES = 190 * MIB;
const CONTEXT_TOKENS = 1024;
/** Logits of a batch: computed, and kept. */
const LOGIT_ROWS = 2 * 512;

const N_SELECTED = 24;
const PARTS = { auxiliary_train: ["sums", N_SELECTED], val: ["sums_val", 4], test: ["sums_test", 8] } as const;

beforeAll(() => {
  let n = 0;
  for (const [part, [name, count]] of Object.entries(PARTS)) {
    const place = join(folder, "mmlu", part, `${name}.csv`);
    mkdirSync(dirname(place), { recursive: true });
    const rows = Array.from({ length: count }, () => `${++n}+${n * n}?,${n},ab,cd,ef,${"ABCD"[n % 4]}\n`);
    writeFileSync(place, rows.join(""));
  }
});

/** The recipe's run, as it stands but for the quantisation, less questions, and choices forced, on files of an eighth of the shape. */
async function runRecipe(model: string): Promise<{ stdout: string; out: string; peakBytes: number; file: string }> {
  const files = await writeRandomFiles({ model, out: cache, scale: SCALE });
  const out = join(folder, model);
  const peak = join(folder, `${model}.peak`);
  const environment = {
    ...{ HF_HUB_CACHE: cache, HF_HUB_OFFLINE: "1", PEAK_MEMORY: peak },
    NODE_OPTIONS: `--require=${join(__dirname, "..", "support", "peak-memory.cjs")}`,
  };
  const args = [
    ...["run", "--config", join(root, "recipes", `paper-${model}.yaml`), "--model", files.model, "--quiet"],
    ...["--data", folder, "--constrained", "--controls", "none", "--scales", "none", "--permutations", "0"],
    ...["--context", String(CONTEXT_TOKENS), "--threads", "1", "--verify", "never", "--out", out],
  ];
  const { code, stdout, stderr } = await startProgram(process.execPath, [MAIN, ...args], environment).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return { stdout, out, peakBytes: 1024 * Number(readFileSync(peak, "utf8")), file: files.path };
}

describe.each([
  ["gemma-2-2b", 16_384, "baseline 52.21 ±0.04"],
  ["llama-3.1-8b", 32_768, "strongest feature 19:6432"],
])("%s", (model, dSae, published) => {
  it("runs by its recipe over all layers but the first, in memory for one layer, and prints what is published", async () => {
    const { stdout, out, peakBytes, file } = await runRecipe(model);

    const { nLayer, nEmbd, nHeadKv, headSize, nVocab } = narrowed(SUBJECTS[model]!.shape, SCALE);
    const { features } = JSON.parse(readFileSync(join(out, "profiles", "A.steer.json"), "utf8")) as {
      features: { layer: number }[];
    };
    expect(features.map(({ layer }) => layer)).toEqual(Array.from({ length: nLayer - 1 }, (_, i) => i + 1));
    expect(stdout.replaceAll(/ +/g, " ")).toContain(published);
    const cacheBytes = CONTEXT_TOKENS * nLayer * 2 * nHeadKv * headSize * 2;
    const encoderBytes = 4 * nEmbd * (dSae / SCALE);
    const waitingBytes = Math.min(HOST_SAES, (nLayer - 1) * encoderBytes) + N_SELECTED * nLayer * nEmbd * 4;
    const layerBytes = 2 * encoderBytes; // in the file too, while it is read
    const expected =
      statSync(file).size + cacheBytes + layerBytes + waitingBytes + LOGIT_ROWS * nVocab * 4 + PROGRAM_BYTES;
    expect(peakBytes).toBeLessThan(1.1 * expected);
  }, 300_000);
});
