import type { Branch } from "../../lib/model/branch";
import { generate } from "../generate";
import { plainDecode, wholeOf } from "../plain";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { createSpool } from "../spool";
import { stories } from "../stories";
import { allLayers, createEngine, faintSteering, type Subject } from "../subject";

const CONTEXT_TOKENS = 4096;

/** Text of `nStreams` streams at once: the plain loop, the engine, steered in all layers, captured in all layers. */
export async function decodeRow(subject: Subject, nStreams: number, nGenerate: number): Promise<Result[]> {
  const { model, bars } = subject;
  const engine = await createEngine(subject, { contextTokens: CONTEXT_TOKENS });
  // Another steering for each stream: one vector for all would be the easier case.
  const steerings = Array.from({ length: nStreams }, (_, stream) => faintSteering(model, allLayers(model), stream));
  const streams = (arm: number, round: number) => stories(model, nStreams, nGenerate, 1000 * (4 * round + arm));
  const engineArm = (name: string, number: number, branch: (stream: number) => Branch): Arm<Spent> => ({
    name,
    run: (round) => spent(() => generate(engine, streams(number, round), branch)),
  });
  const plain: Arm<Spent> = {
    name: "plain loop",
    run: async (round) => {
      return wholeOf(await plainDecode(subject, streams(0, round), CONTEXT_TOKENS));
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
