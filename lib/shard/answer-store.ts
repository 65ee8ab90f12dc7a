import { z } from "zod";
import { armAnswer } from "../ask/arm-answer";
import type { AnsweredBlock, QuestionBlock, SharedAnswers } from "../ask/shared-answers";
import { SteeringError } from "../errors";
import { jsonText, parseJsonFile } from "../files/json";
import { count } from "../files/schema";
import type { Engine } from "../model/engine";
import type { Storage } from "./storage/storage";

export const ANSWERS = "answers";

const receipt = z.array(
  z.object({
    layer: z.int(),
    rows: count,
    leftAlone: count,
    meanAddedNorm: z.number(),
    maxAddedNorm: z.number(),
    meanResidualNorm: z.number(),
    addedShare: z.number(),
  }),
);
const told = z.object({ choiceLogProbabilities: z.array(z.number()), receipt });
const answeredBlock = z.object({
  answers: z.array(z.array(armAnswer)),
  receipts: z.array(z.array(receipt)),
  beside: z.array(z.object({ own: z.array(told), beside: z.array(z.object({ branches: z.array(told) })) })),
  decodedTokens: count,
  seconds: z.number().min(0),
});

/** Blocks of questions that nobody has answered yet. */
export class MissingAnswers extends SteeringError {
  constructor(
    readonly missing: number,
    readonly total: number,
  ) {
    const message = `${missing} of ${total} blocks of questions are not answered yet: run shard work`;
    super("ERR_RUN_INCOMPLETE", message, { missing, total });
  }
}

/** Which blocks a worker answers, by their numbers, and the one that it begins with. */
export interface Share {
  readonly isMine: (block: number) => boolean;
  readonly start: number;
}

/** For who merges what others answered. */
export const NOTHING: Share = { isMine: () => false, start: 0 };
/** For who answers alone. */
export const EVERYTHING: Share = { isMine: () => true, start: 0 };

/** Answers in a storage, a file for each block of questions (`answers/<SHA-256 of what is asked>.json`). */
export class AnswerStore implements SharedAnswers {
  decodedTokens = 0;
  seconds = 0;

  constructor(
    readonly blockSamples: number,
    readonly openEngine: (nArms: number) => Promise<Engine>,
    private readonly storage: Storage,
    private readonly share: Share,
  ) {}

  /** Answers this worker's share of what is not there, then gives all. @throws MissingAnswers while others' are not there */
  async answersOf(blocks: readonly QuestionBlock[]): Promise<AnsweredBlock[]> {
    for (const i of blocks.keys()) {
      const block = (i + this.share.start) % blocks.length;
      if (this.share.isMine(block)) await this.answer(blocks[block]!);
    }
    const found: AnsweredBlock[] = [];
    for (const { key } of blocks) {
      const block = await this.read(key);
      if (block) found.push(block);
    }
    if (found.length < blocks.length) throw new MissingAnswers(blocks.length - found.length, blocks.length);
    for (const { decodedTokens, seconds } of found) {
      this.decodedTokens += decodedTokens;
      this.seconds += seconds;
    }
    return found;
  }

  private async answer({ key, answer }: QuestionBlock): Promise<void> {
    if (await this.read(key)) return;
    await this.storage.putNew(nameOf(key), jsonText(await answer()));
  }

  /** @throws ERR_FILE_FORMAT */
  private async read(key: string): Promise<AnsweredBlock | undefined> {
    const name = nameOf(key);
    const bytes = await this.storage.get(name);
    return bytes && parseJsonFile(`${this.storage.name}/${name}`, bytes, answeredBlock);
  }
}

function nameOf(key: string): string {
  return `${ANSWERS}/${key}.json`;
}
