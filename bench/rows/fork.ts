import type { Steering } from "../../lib/steering/steering";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { createEngine, faintSteering, freshPrompt, type Subject } from "../subject";

const PROMPT_TOKENS = 160;
const CANDIDATES = [1, 8, 32, 128];

/** One-token tasks with K steering candidates forked off each prompt, against the baseline alone. */
export async function forkRow(subject: Subject, nPrompts: number): Promise<Result[]> {
  const { model } = subject;
  const engine = await createEngine(subject, { contextTokens: 4096, maxSequences: 256 });
  const steerings = Array.from({ length: Math.max(...CANDIDATES) }, (_, i) =>
    faintSteering(model, [i % model.info.nLayer], i),
  );
  let seed = 0;
  const answer = async (steered: readonly Steering[]) => {
    for (let i = 0; i < nPrompts; i++) {
      const prompt = freshPrompt(model, PROMPT_TOKENS, seed++);
      const branches = [{ maxTokens: 1 }, ...steered.map((steering) => ({ maxTokens: 1, steering }))];
      await engine.run({ prompt, branches });
    }
  };
  const arms: Arm<Spent>[] = [0, ...CANDIDATES].map((k) => ({
    name: k === 0 ? "baseline" : `${k} candidates`,
    run: () => spent(() => answer(steerings.slice(0, k))),
  }));
  const times = await interleave(arms, subject.rounds);
  await engine.dispose();
  return CANDIDATES.map((k) =>
    compare(times, {
      row: `baseline and K forks, prompt of ${PROMPT_TOKENS}`,
      arm: `${k} candidates`,
      reference: "baseline",
      of: "wall",
      tokens: nPrompts * (PROMPT_TOKENS + k),
      bar: { kind: "at most", value: Number((1 + 0.02 * k).toFixed(2)) },
    }),
  );
}
