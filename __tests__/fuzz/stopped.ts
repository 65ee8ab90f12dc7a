import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { WorkOptions } from "../../lib";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES } from "../support/corrsteer";
import { program } from "./built";
import { pick } from "./bytes";
import { copyRun, KEEPS, type Keep } from "./demo-run";
import type { Kind } from "./kind";
import { mutateRun } from "./mutate-run";

const CHUNK_SAMPLES = 12;

/** Collections that stopped after their first chunk, and are to go on from there. */
export const stopped: Kind = {
  async prepare(folder) {
    for (const keep of KEEPS) if (!existsSync(stoppedRun(folder, keep))) await makeStopped(folder, keep);
  },
  originals: KEEPS,
  put: (keep, folder) => copyRun(stoppedRun(folder, keep), join(folder, "run")),

  make(random, folder) {
    const keep = pick(random, KEEPS);
    stopped.put(keep, folder);
    const { name, sizeBytes } = mutateRun(random, join(folder, "run"));
    return { name: `${keep}: ${name}`, sizeBytes };
  },

  async open(folder) {
    const directory = join(folder, "run");
    await collect(directory, existsSync(join(directory, "moments")) ? "moments" : "sparse");
    await program.rank(directory, { threads: 1 });
  },
};

function stoppedRun(folder: string, keep: string): string {
  return join(folder, `stopped-${keep}`);
}

async function makeStopped(folder: string, keep: Keep): Promise<void> {
  const directory = join(folder, "making");
  const stop = new AbortController();
  const onProgress: WorkOptions["onProgress"] = ({ unit, done }) => {
    if (unit === "questions" && done > CHUNK_SAMPLES) stop.abort();
  };
  await collect(directory, keep, { signal: stop.signal, onProgress }).catch((error: unknown) => {
    if (error !== stop.signal.reason) throw error;
  });
  renameSync(directory, stoppedRun(folder, keep));
}

type Inputs = readonly [...Parameters<typeof program.collect>];
let inputs: Promise<Inputs> | undefined;

async function collect(directory: string, keep: Keep, work: WorkOptions = {}): Promise<void> {
  const [model, saes, task, options] = await (inputs ??= readInputs());
  await program.collect(model, saes, task, { ...options, directory, keep, ...work });
}

async function readInputs(): Promise<Inputs> {
  const task = await program.findTask("jsonl");
  const samples = [];
  for await (const sample of task.load(DEMO_QUESTIONS)) if (samples.push(sample) === 2 * CHUNK_SAMPLES) break;
  const saes = (await program.findSaes(DEMO_SAES)).slice(2);
  const engine = { threads: 1 };
  const options = { directory: "", samples, chunkSamples: CHUNK_SAMPLES, engine, onFirstAnswers: () => {} };
  return [await program.Model.load(DEMO_MODEL), saes, task, options];
}
