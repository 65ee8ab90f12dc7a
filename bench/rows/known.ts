import type { Branch } from "../../lib/model/branch";
import { withoutEnd } from "../generate";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { createEngine, faintSteering, freshPrompt, type Subject } from "../subject";

const PROMPT_TOKENS = 8;
const TOKENS = 64;
const ARMS = 6;
const TEXTS = 4;

/** Text that is known beforehand, as neutral text is and the choices of a question, against as many tokens that are not. */
export async function knownRow(subject: Subject): Promise<Result[]> {
  const { model } = subject;
  const engine = await createEngine(subject, { contextTokens: 4096 });
  const sampling = { logitBias: withoutEnd(model.info) };
  let seed = 0;
  const read = async (how: (text: Int32Array) => Branch) => {
    for (let i = 0; i < TEXTS; i++) {
      const text = freshPrompt(model, PROMPT_TOKENS + TOKENS, seed++);
      const branches = Array.from({ length: ARMS }, (_, arm) => ({
        ...how(text.slice(PROMPT_TOKENS)),
        steering: faintSteering(model, [arm % model.info.nLayer], arm),
      }));
      await engine.run({ prompt: text.slice(0, PROMPT_TOKENS), branches });
    }
  };
  const arms: Arm<Spent>[] = [
    { name: "token by token", run: () => spent(() => read(() => ({ maxTokens: TOKENS, sampling }))) },
    { name: "known", run: () => spent(() => read((forcedTokens) => ({ forcedTokens }))) },
  ];
  const times = await interleave(arms, subject.rounds);
  await engine.dispose();
  const row = `text of ${TOKENS} tokens, ${ARMS} arms`;
  return [
    compare(times, { row, arm: "known", reference: "token by token", of: "wall", tokens: TEXTS * ARMS * TOKENS }),
  ];
}
