import type { Branch } from "../../lib/model/branch";
import type { Engine } from "../../lib/model/engine";
import { plainDecode } from "../plain";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { createSpool } from "../spool";
import { allLayers, createEngine, faintSteering, storyPrompt, type Subject } from "../subject";

const CONTEXT_TOKENS = 4096;

/** Text of `nStreams` streams at once: the plain loop, the engine, steered in all layers, captured in all layers. */
export async function decodeRow(subject: Subject, nStreams: number, nGenerate: number): Promise<Result[]> {
  const { model, bars } = subject;
  const engine = await createEngine(subject, { contextTokens: CONTEXT_TOKENS });
  // Another steering for each stream: one vector for all would be the easier case.
  const steerings = Array.from({ length: nStreams }, (_, stream) => faintSteering(model, allLayers(model), stream));
  const prompts = (arm: number, round: number) =>
    Array.from({ length: nStreams }, (_, stream) => storyPrompt(model, 1000 * (4 * round + arm) + stream));
  const engineArm = (name: string, number: number, branch: (stream: number) => Branch): Arm<Spent> => ({
    name,
    run: (round) => spent(() => generate(engine, prompts(number, round), branch, nGenerate)),
  });
  const plain: Arm<Spent> = {
    name: "plain loop",
    run: async (round) => {
      const run = await plainDecode(subject, prompts(0, round), nGenerate, CONTEXT_TOKENS);
      return sum(run.prefill, run.decode);
    },
  };
  const capture: Arm<Spent> = {
    name: "capture",
    run: async (round) => {
      const spool = createSpool(model, allLayers(model));
      const branch = (slot: number): Branch => ({ capture: { spool, slot, positions: "generated" } });
      const time = await engineArm("", 3, branch).run(round);
      await spool.dispose();
      return time;
    },
  };
  const arms = [plain, engineArm("engine", 1, () => ({})), engineArm("steered", 2, steer), capture];
  function steer(stream: number): Branch {
    return { steering: steerings[stream]! };
  }
  const times = await interleave(arms, subject.rounds);
  await engine.dispose();
  const common = { row: `decode, ${nStreams} streams`, of: "wall", tokens: nStreams * nGenerate } as const;
  const atLeast97 = { kind: "at least", value: 0.97 } as const;
  return [
    compare(times, { ...common, arm: "engine", reference: "plain loop" }),
    compare(times, { ...common, arm: "steered", reference: "engine", bar: bars.steered[nStreams] }),
    compare(times, {
      ...common,
      arm: "steered",
      reference: "plain loop",
      bar: nStreams === 1 && bars.steered[1] ? atLeast97 : undefined,
    }),
    compare(times, { ...common, arm: "capture", reference: "engine", bar: bars.capture[nStreams] }),
  ];
}

function sum(a: Spent, b: Spent): Spent {
  return { wall: a.wall + b.wall, processor: a.processor + b.processor };
}

/** Has each stream generate exactly `maxTokens`. */
export async function generate(
  engine: Engine,
  prompts: readonly Int32Array[],
  branch: (stream: number) => Branch,
  maxTokens: number,
): Promise<void> {
  const runs = prompts.map((prompt, i) => engine.run({ prompt, branches: [{ ...branch(i), maxTokens }] }));
  for (const { branches } of await Promise.all(runs)) {
    const n = branches[0]!.tokens.length;
    // A stream that ends early would make the others faster.
    if (n !== maxTokens) throw new Error(`a stream ended after ${n} of ${maxTokens} tokens`);
  }
}
