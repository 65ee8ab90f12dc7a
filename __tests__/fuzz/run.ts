import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, DEMO_SAES } from "../support/corrsteer";
import { program } from "./built";
import { pick } from "./bytes";
import { copyRun, demoRun, KEEPS, makeDemoRuns, type Keep } from "./demo-run";
import { requireFiniteNumbers, requireFinitePage } from "./finite";
import type { Kind } from "./kind";
import { mutateRun } from "./mutate-run";
import { refusalCode } from "./refusal";

/** Run directories: manifest, samples, Arrow files, what the stages left. */
export const run: Kind = {
  prepare: makeDemoRuns,
  originals: KEEPS,
  put: (keep, folder) => copyRun(demoRun(folder, keep as Keep), join(folder, "run")),

  make(random, folder) {
    const keep = pick(random, KEEPS);
    run.put(keep, folder);
    const { name, sizeBytes } = mutateRun(random, join(folder, "run"));
    return { name: `${keep}: ${name}`, sizeBytes };
  },

  async open(folder) {
    let refusal: Error | undefined;
    for (const use of await uses()) {
      try {
        await use(join(folder, "run"));
      } catch (error) {
        if (refusalCode(error) === undefined) throw error;
        refusal ??= error as Error;
      }
    }
    if (refusal !== undefined) throw refusal;
  },
};

/** What needs single samples. */
const OF_SAMPLES = { permutations: 20, bootstrap: 5, covariates: ["completionTokens"] };

type Use = (directory: string) => Promise<unknown>;
let known: Promise<Use[]> | undefined;

/** All that reads a run directory; reading comes before what writes over a damaged file. */
function uses(): Promise<Use[]> {
  return (known ??= prepareUses());
}

async function prepareUses(): Promise<Use[]> {
  const model = await program.Model.load(DEMO_MODEL);
  const saes = (await program.findSaes(DEMO_SAES)).slice(2);
  const task = await program.findTask("jsonl");
  const selection = { samples: [], variants: ["A"], coefficient: "residual:0.1", significance: "none" } as const;
  return [
    async (directory) => requireFiniteNumbers("comparison", await program.compareRuns([directory])),
    async (directory) => requireFinitePage((await program.writeReport(directory)).path),
    (directory) => program.exportOfficial(directory),
    (directory) => program.select(model, saes, task, { directory, ...selection }),
    (directory) =>
      program.rank(directory, { threads: 1, ...(existsSync(join(directory, "activations")) && OF_SAMPLES) }),
  ];
}
