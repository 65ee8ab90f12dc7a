import type { Branch } from "../../lib/model/branch";
import type { Engine } from "../../lib/model/engine";
import { SaeCache } from "../../lib/collect/sae-cache";
import { layerDevice } from "../../lib/model/layer-device";
import { nativeLayer } from "../../lib/sae/hook-point";
import type { SaeFolder } from "../../lib/sae/folder";
import { findSaes } from "../../lib/sae/set";
import { plainDecode } from "../plain";
import { compare, type Result } from "../result";
import { type Arm, interleave, seconds } from "../rounds";
import { createSpool } from "../spool";
import { allLayers, createEngine, freshPrompt, type Subject } from "../subject";

const PROMPT_TOKENS = 160;
const CONTEXT_TOKENS = 4096;

/** Questions answered with one token: prefill alone, with every layer's rows captured, and with the SAEs applied to them. */
export async function oneTokenRow(subject: Subject, nPrompts: number): Promise<Result[]> {
  const { model, bars, saes } = subject;
  const engine = await createEngine(subject, { contextTokens: CONTEXT_TOKENS });
  // As collect does: an SAE is loaded once a run where memory allows, where its layer lies. The warm-up round loads them.
  const folders = saes === undefined ? [] : await findSaes(saes);
  const optionsOf = ({ config }: SaeFolder) => {
    const device = layerDevice(model.info, nativeLayer(config.hook));
    return { weightType: "bf16", threads: subject.threads, device } as const;
  };
  await using cache = new SaeCache(optionsOf, 4 * 2 ** 30);
  const prompts = (arm: number, round: number) =>
    Array.from({ length: nPrompts }, (_, i) => freshPrompt(model, PROMPT_TOKENS, (4 * round + arm) * nPrompts + i));
  const arms: Arm[] = [
    {
      name: "plain loop",
      run: async (round) => (await plainDecode(subject, prompts(0, round), 1, nPrompts * PROMPT_TOKENS)).prefillSeconds,
    },
    { name: "engine", run: (round) => seconds(() => answer(engine, prompts(1, round), () => ({}))) },
    { name: "capture", run: (round) => seconds(() => captured(subject, engine, prompts(2, round), [], cache)) },
  ];
  if (saes !== undefined)
    arms.push({
      name: "capture and SAE",
      run: (round) => seconds(() => captured(subject, engine, prompts(3, round), folders, cache)),
    });
  const times = await interleave(arms, subject.rounds);
  await engine.dispose();
  const common = { row: `one-token task, ${nPrompts} prompts of ${PROMPT_TOKENS}`, tokens: nPrompts * PROMPT_TOKENS };
  const results = [
    compare(times, { ...common, arm: "engine", reference: "plain loop" }),
    compare(times, { ...common, arm: "capture", reference: "engine", bar: { kind: "at least", value: 0.95 } }),
  ];
  if (saes !== undefined)
    results.push(compare(times, { ...common, arm: "capture and SAE", reference: "plain loop", bar: bars.encode }));
  return results;
}

async function answer(engine: Engine, prompts: readonly Int32Array[], branch: (i: number) => Branch): Promise<void> {
  await Promise.all(prompts.map((prompt, i) => engine.run({ prompt, branches: [{ ...branch(i), maxTokens: 1 }] })));
}

/** Captures all layers, then encodes the rows of those that have an SAE. */
async function captured(
  subject: Subject,
  engine: Engine,
  prompts: readonly Int32Array[],
  saes: readonly SaeFolder[],
  cache: SaeCache,
): Promise<void> {
  const spool = createSpool(subject.model, allLayers(subject.model));
  await answer(engine, prompts, (slot) => ({ capture: { spool, slot, positions: "generated" } }));
  const slots = Int32Array.from(prompts, (_, i) => i);
  const ends = new Int32Array(prompts.length).fill(1);
  for (const folder of saes) {
    await cache.use(folder, (sae) => spool.encode(nativeLayer(folder.config.hook), sae.native, slots, ends, ["max"]));
  }
  await spool.dispose();
}
