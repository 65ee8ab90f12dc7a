import { join } from "node:path";
import type { Sample } from "../../lib/data/sample";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES } from "../support/corrsteer";
import { program } from "../fuzz/built";

/** Something that writes, in the order in which a run is made; each finds what those before it left. */
export interface Job {
  readonly name: string;
  readonly run: (directory: string) => Promise<unknown>;
}

/**
 * The stages of a small run of the demo, and all else that writes files.
 *
 * @param scratch for what jobs read alone
 */
export async function openJobs(scratch: string): Promise<Job[]> {
  const { collect, evaluate, exportOfficial, findSaes, findTask, Model, rank, select, writeReport } = program;
  const model = await Model.load(DEMO_MODEL);
  const saes = (await findSaes(DEMO_SAES)).slice(2);
  const task = await findTask("jsonl");
  const all: Sample[] = [];
  for await (const sample of task.load(DEMO_QUESTIONS)) all.push(sample);
  const engine = { threads: 1 };
  const part = (begin: number, n: number) => all.slice(begin, begin + n);
  const collecting = { samples: part(0, 12), chunkSamples: 6, engine, sae: { threads: 1 } };
  const moments = { keep: "moments", spoolMemoryBytes: 1 } as const;
  const sparse = (at: string) => join(at, "sparse");
  const profiles = async (directory: string) => [
    await program.loadProfile(join(sparse(directory), "profiles", "A.steer.json")),
  ];
  const rows = { site: "resid_post" as const, tokenIds: Int32Array.of(1), rows: new Map(), logits: Float32Array.of(1) };
  const runs = await twoRuns(scratch);
  const sae = await program.Sae.load(saes[0]!.path);
  const states = join(scratch, "states.safetensors");
  await program.saveCapture(states, { ...rows, rows: new Map([[0, new Float32Array(sae.dModel).fill(1)]]) });
  return [
    { name: "collect", run: (at) => collect(model, saes, task, { ...collecting, directory: sparse(at) }) },
    {
      name: "collect moments",
      run: (at) => collect(model, saes, task, { ...collecting, ...moments, directory: join(at, "moments") }),
    },
    { name: "rank", run: (at) => rank(sparse(at), { permutations: 20, bootstrap: 5, threads: 1 }) },
    {
      name: "select",
      run: (at) => select(model, saes, task, { directory: sparse(at), samples: [], variants: ["A"], significance: "none", engine }), // prettier-ignore
    },
    {
      name: "evaluate",
      run: async (at) =>
        evaluate(model, task, { directory: sparse(at), samples: part(24, 4), profiles: await profiles(at), engine }),
    },
    { name: "report", run: (at) => writeReport(sparse(at), { figures: ["svg"] }) },
    { name: "export", run: (at) => exportOfficial(sparse(at)) },
    { name: "capture", run: (at) => program.saveCapture(join(at, "capture.safetensors"), rows) },
    { name: "encode", run: (at) => program.encodeFile(sae, states, "resid_post.0", join(at, "acts.safetensors")) },
    {
      name: "save a profile",
      run: async (at) => program.saveProfile(join(at, "copy.steer.json"), (await profiles(at))[0]!),
    },
    { name: "transfer", run: (at) => program.transfer(runs, { out: join(at, "transfer") }) },
    { name: "compare", run: async (at) => program.writeComparison(join(at, "runs.html"), await program.compareRuns([sparse(at)])) }, // prettier-ignore
    {
      name: "train",
      run: (at) =>
        program.trainSaes(model, {
          ...{ directory: join(at, "train"), texts: [`${DEMO_QUESTIONS}:prompt`], sequenceTokens: 32, engine },
          ...{ layers: [0], width: "32", k: 4, tokens: 200, batchRows: 100, bufferRows: 100, checkpointSeconds: 0 },
        }),
    },
  ];
}

async function twoRuns(scratch: string): Promise<string[]> {
  const runs = [1, 2].map((seed) => ({ seed, directory: join(scratch, `run-${seed}`) }));
  for (const run of runs) {
    await program.runPipeline({
      ...{ model: DEMO_MODEL, sae: DEMO_SAES, task: "jsonl", data: DEMO_QUESTIONS, threads: 1, ...run },
      ...{ samples: 16, validationSamples: 8, testSamples: 8, variants: ["A"], significance: "none", controls: [] },
      rank: { permutations: 20, bootstrap: 0 },
    });
  }
  return runs.map(({ directory }) => directory);
}
