import { join } from "node:path";
import type { Sample } from "../../lib/data/sample";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES } from "../support/corrsteer";
import { program } from "../fuzz/built";

/** Something that writes, in the order in which a run is made; each finds what those before it left. */
export interface Job {
  readonly name: string;
  readonly run: (directory: string) => Promise<unknown>;
}

/** The stages of a small run of the demo, and all else that writes files. */
export async function openJobs(): Promise<Job[]> {
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
    { name: "compare", run: async (at) => program.writeComparison(join(at, "runs.html"), await program.compareRuns([sparse(at)])) }, // prettier-ignore
  ];
}
