import { generate } from "../generate";
import { plainDecode, wholeOf } from "../plain";
import { compare, type Result } from "../result";
import { type Arm, interleave, spent, type Spent } from "../rounds";
import { unevenStories } from "../stories";
import { createEngine, type Subject } from "../subject";

const TOKENS_OF_ONE = 256;
/** Answers that are asked for, by streams. */
const ANSWERS = { 1: 4, 16: 24, 64: 64 } as const;

/**
 * Answers of different length to prompts of different length, `atOnce` at a time: what is free takes the next one, where the
 * plain loop waits for the last of a batch.
 */
export async function answersRow(subject: Subject, atOnce: keyof typeof ANSWERS, nGenerate: number): Promise<Result[]> {
  const { model } = subject;
  const contextTokens = Math.max(2048, atOnce * TOKENS_OF_ONE);
  const engine = await createEngine(subject, { contextTokens, maxSequences: Math.min(256, 2 * atOnce) });
  const streams = (arm: number, round: number) =>
    unevenStories(model, ANSWERS[atOnce], nGenerate, 1000 * (2 * round + arm));
  const arms: Arm<Spent>[] = [
    {
      name: "plain loop",
      run: async (round) => wholeOf(await plainDecode(subject, streams(0, round), contextTokens, atOnce)),
    },
    { name: "engine", run: (round) => spent(() => generate(engine, streams(1, round), undefined, atOnce)) },
  ];
  const times = await interleave(arms, subject.rounds);
  await engine.dispose();
  const tokens = streams(0, 0).reduce((sum, { nGenerate }) => sum + nGenerate, 0);
  const row = `answers of uneven length, ${atOnce} streams`;
  return [compare(times, { row, arm: "engine", reference: "plain loop", of: "processor", tokens })];
}
