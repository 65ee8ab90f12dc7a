import type { AnsweredBlock, SharedAnswers } from "../../lib/ask/shared-answers";
import type { Engine } from "../../lib/model/engine";

/** Answers as they come back from other machines: through JSON. */
export function answeredElsewhere(blockSamples: number, openEngine: () => Promise<Engine>) {
  const sizes: number[] = [];
  const shared: SharedAnswers = {
    ...{ blockSamples, openEngine, decodedTokens: 0, seconds: 12.5 },
    answersOf: async (blocks) => {
      const found: AnsweredBlock[] = [];
      for (const { answer } of blocks) found.push(JSON.parse(JSON.stringify(await answer())) as AnsweredBlock);
      sizes.push(...found.map(({ answers }) => answers[0]!.length));
      return found;
    },
  };
  return { shared, sizes };
}
