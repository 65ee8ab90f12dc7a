// npm run bench:sae-lens -- --model FILE --text FILE [--text FILE...] --python PYTHON [--layer 14] [--rows 65536] [--k 40] [--rounds 3]
//   [--threads 1]
// Training an SAE by this program and by SAELens, whose Python is given, by turns on the same rows in memory, with the same
// width, k, batch, rates and threads. Rows of a second of processor, and how much of the variance of the last tenth of the
// rows is explained.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { capture } from "../lib/capture/capture";
import { Model } from "../lib/model/model";
import { loadAddon } from "../lib/native/load";
import { textSequences } from "../lib/text/text-sequences";
import { createTrainer } from "../lib/train/pass";
import { resolveTrainOptions } from "../lib/train/options";
import { median, ratios } from "./rounds";

interface Trained {
  readonly seconds: number;
  readonly explained: number;
}

type Options = ReturnType<typeof resolveTrainOptions>;

/** [options.tokens, n_embd], without the first row of each sequence. */
async function readRows(model: Model, options: Options): Promise<Float32Array> {
  const [layer] = options.layers as [number];
  const { nEmbd } = model.info;
  const rows = new Float32Array(options.tokens * nEmbd);
  await using engine = await model.createEngine(options.engine);
  let end = 0;
  for await (const sequence of textSequences(model, options, {})) {
    const read = (await capture(engine, sequence, { layers: [layer] })).rows.get(layer)!.subarray(nEmbd);
    rows.set(read.subarray(0, rows.length - end), end);
    end += read.length;
    if (end >= rows.length) return rows;
  }
  throw new Error(`the texts have ${end / nEmbd} rows`);
}

async function trainHere(model: Model, options: Options, rows: Float32Array): Promise<Trained> {
  const { layers, tokens, batchRows } = options;
  const [layer] = layers as [number];
  const native = { layers: Int32Array.from(layers), nEmbd: model.info.nEmbd };
  const buffer = loadAddon().createRowBuffer({ ...native, capacity: tokens });
  buffer.begin(Uint32Array.of(tokens + 1));
  buffer.fill(layer, rows);
  const trainer = await createTrainer({ model, layers, options });
  const steps = tokens / batchRows;
  const last = { loss: 0, variance: 0 };
  const before = process.cpuUsage();
  for (let batch = 0; batch < steps; batch++) {
    const { loss, variance } = await trainer.train(buffer, 0, batch);
    if (batch < steps - Math.floor(steps / 10)) continue;
    last.loss += loss[0]!;
    last.variance += variance[0]!;
  }
  const { user, system } = process.cpuUsage(before);
  await trainer.dispose();
  await buffer.dispose();
  return { seconds: (user + system) / 1e6, explained: 1 - last.loss / last.variance };
}

function trainThere(python: string, file: string, nEmbd: number, options: Options, threads: number): Trained {
  const sizes = [nEmbd, options.dSae, options.k, options.batchRows, options.learningRate, threads].map(String);
  const script = join(__dirname, "sae-lens.py");
  const printed = execFileSync(python, [script, file, ...sizes], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  return JSON.parse(printed.trim().split("\n").at(-1)!) as Trained;
}

function line(name: string, trained: readonly Trained[], rows: number): string {
  const seconds = median(trained.map(({ seconds }) => seconds));
  return `${name.padEnd(10)} ${(rows / seconds).toFixed(0).padStart(6)} rows/s, explained ${trained[0]!.explained.toFixed(4)}`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...{ model: { type: "string" }, text: { type: "string", multiple: true }, python: { type: "string" } },
      ...{ layer: { type: "string", default: "14" }, rows: { type: "string", default: "65536" } },
      ...{ k: { type: "string", default: "40" }, rounds: { type: "string", default: "3" } },
      threads: { type: "string", default: "1" },
    },
  });
  const { model: file, text, python, threads } = values;
  if (!file || !text || !python) throw new Error("expected --model, --text and --python");
  const model = await Model.load(file);
  const given = { directory: "", texts: text, layers: [Number(values.layer)], k: Number(values.k) };
  const engine = { threads: Number(threads) };
  const options = resolveTrainOptions({ ...given, tokens: Number(values.rows), engine }, model.info);
  const folder = mkdtempSync(join(tmpdir(), "corrsteer-bench-"));
  try {
    const rows = await readRows(model, options);
    writeFileSync(join(folder, "rows"), rows);
    const [here, there]: [Trained[], Trained[]] = [[], []];
    for (let round = 0; round < Number(values.rounds); round++) {
      here.push(await trainHere(model, options, rows));
      there.push(trainThere(python, join(folder, "rows"), model.info.nEmbd, options, engine.threads));
    }
    const secondsOf = (trained: readonly Trained[]) => trained.map(({ seconds }) => seconds);
    const faster = ratios(secondsOf(there), secondsOf(here));
    console.log(line("corrsteer", here, options.tokens));
    console.log(line("SAELens", there, options.tokens));
    console.log(`ratio ${median(faster).toFixed(2)} (${faster.map((ratio) => ratio.toFixed(2)).join(", ")})`);
  } finally {
    rmSync(folder, { recursive: true });
    await model.dispose();
  }
}

void main();
