import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEMO } from "../lib/demo";
import type { SetupOptions } from "../lib/pipeline/setup-options";
import type { Subject } from "./subject";
import { sumQuestions } from "./sums";

/** What a whole job of a subject is made of: `n` sums, written into `folder`; the demo's files where no SAEs are given. */
export async function jobFiles(
  { modelPath, saes, threads }: Subject,
  folder: string,
  n: number,
): Promise<Pick<SetupOptions, "model" | "sae" | "task" | "data" | "threads" | "verify">> {
  const common = { threads, verify: "never" } as const;
  if (saes === undefined) return { ...DEMO, ...common };
  const data = join(folder, "questions.jsonl");
  await writeFile(data, sumQuestions(n, 1));
  return { model: modelPath, sae: typeof saes === "string" ? saes : [...saes], task: "jsonl-choice", data, ...common };
}
