import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { narrowed, SUBJECTS } from "../../bench/random-files/shapes";
import { writeRandomFiles } from "../../bench/random-files/write";
import { HOST_SAES } from "../../lib/collect/options";
import { memoryNeed } from "../../lib/memory/need";
import { modelSizeOf } from "../../lib/model/size";
import { MAIN, startProgram } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const cache = join(folder, "hub");
const root = join(__dirname, "..", "..");
const SCALE = 8;

/** What later stages and the report's figures load and leave to Node.js to collect: little beside a model of full size. */
const LATER_BYTES = 150e6;
const CONTEXT_TOKENS = 1024;
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
  ["gemma-2-2b", 16_384, 4, "baseline 52.21 ±0.04"],
  ["llama-3.1-8b", 32_768, 2, "strongest feature 19:6432"],
])("%s", (model, dSae, bytesOfWeight, published) => {
  it("runs by its recipe over all layers but the first, in memory for one layer, and prints what is published", async () => {
    const { stdout, out, peakBytes, file } = await runRecipe(model);

    const { nLayer, nEmbd } = narrowed(SUBJECTS[model]!.shape, SCALE);
    const { features } = JSON.parse(readFileSync(join(out, "profiles", "A.steer.json"), "utf8")) as {
      features: { layer: number }[];
    };
    expect(features.map(({ layer }) => layer)).toEqual(Array.from({ length: nLayer - 1 }, (_, i) => i + 1));
    expect(stdout.replaceAll(/ +/g, " ")).toContain(published);
    const sae = { dModel: nEmbd, dSae: dSae / SCALE, fileBytes: 2 * bytesOfWeight * nEmbd * (dSae / SCALE) };
    const need = memoryNeed((await modelSizeOf(file))!, Array<typeof sae>(nLayer - 1).fill(sae), {
      ...{ contextTokens: CONTEXT_TOKENS, weightBytes: 4, saeMemoryBytes: HOST_SAES, isWhole: false },
      spoolBytes: N_SELECTED * nLayer * nEmbd * 4,
    });
    expect(peakBytes).toBeLessThan(1.1 * (need.total + LATER_BYTES));
  }, 300_000);
});
