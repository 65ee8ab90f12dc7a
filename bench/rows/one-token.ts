import { answer, collect, Encoders } from "../collecting";
import { plainDecode } from "../plain";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { createEngine, freshPrompt, type Subject } from "../subject";

const PROMPT_TOKENS = 160;
const CONTEXT_TOKENS = 4096;

/** Questions answered with one token: prefill alone, with every layer's rows captured, and with the SAEs applied to them. */
export async function oneTokenRow(subject: Subject, nPrompts: number): Promise<Result[]> {
  const { model, bars, saes } = subject;
  const engine = await createEngine(subject, { contextTokens: CONTEXT_TOKENS });
  await using encoders = await Encoders.open(subject); // the warm-up round loads them
  const prompts = (arm: number, round: number) =>
    Array.from({ length: nPrompts }, (_, i) => freshPrompt(model, PROMPT_TOKENS, (4 * round + arm) * nPrompts + i));
  const arms: Arm<Spent>[] = [
    {
      name: "plain loop",
      run: async (round) => {
        const streams = prompts(0, round).map((prompt) => ({ prompt, nGenerate: 1 }));
        return (await plainDecode(subject, streams, nPrompts * PROMPT_TOKENS)).prefill;
      },
    },
    { name: "engine", run: (round) => spent(() => answer(engine, prompts(1, round))) },
    { name: "capture", run: (round) => spent(() => collect(subject, engine, prompts(2, round))) },
  ];
  if (saes !== undefined)
    arms.push({
      name: "capture and SAE",
      run: (round) => spent(() => collect(subject, engine, prompts(3, round), encoders)),
    });
  const times = await interleave(arms, subject.rounds);
  await engine.dispose();
  const row = `one-token task, ${nPrompts} prompts of ${PROMPT_TOKENS}`;
  const common = { row, of: "wall", tokens: nPrompts * PROMPT_TOKENS } as const;
  const results = [
    compare(times, { ...common, arm: "engine", reference: "plain loop" }),
    compare(times, { ...common, arm: "capture", reference: "engine", bar: { kind: "at least", value: 0.95 } }),
  ];
  if (saes !== undefined)
    results.push(compare(times, { ...common, arm: "capture and SAE", reference: "plain loop", bar: bars.encode }));
  return results;
}
