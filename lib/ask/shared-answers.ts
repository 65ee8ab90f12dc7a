import type { Engine } from "../model/engine";
import type { LayerReceipt } from "../model/receipt";
import type { ArmAnswer } from "./arm-answer";

/** What is told of one way of answering a question beside the answer. */
export interface ToldOfAnswer {
  /** Natural logarithms. */
  readonly choiceLogProbabilities: Iterable<number>;
  readonly receipt: readonly LayerReceipt[];
}

/** What came of a question's own runs in each way, and of the runs beside them. */
export interface ToldBeside {
  readonly own: readonly ToldOfAnswer[];
  readonly beside: readonly { readonly branches: readonly ToldOfAnswer[] }[];
}

/** Some questions, answered by all arms on one machine, from an engine of its own. */
export interface AnsweredBlock {
  /** [arm][question] */
  readonly answers: readonly (readonly ArmAnswer[])[];
  readonly receipts: readonly (readonly (readonly LayerReceipt[])[])[];
  /** [question], where something was asked beside them; else none. */
  readonly beside: readonly ToldBeside[];
  readonly decodedTokens: number;
  readonly seconds: number;
}

/** Questions that are answered together, whoever does it. */
export interface QuestionBlock {
  /** SHA-256 of all that bears on the answers but the model. */
  readonly key: string;
  readonly answer: () => Promise<AnsweredBlock>;
}

/** Answers that several machines share: each block is answered by one of them. */
export interface SharedAnswers {
  /** Questions of a block. */
  readonly blockSamples: number;
  openEngine(nArms: number): Promise<Engine>;
  /** @throws ERR_RUN_INCOMPLETE while some are another's to answer, and not there yet */
  answersOf(blocks: readonly QuestionBlock[]): Promise<readonly AnsweredBlock[]>;
  /** Of all that `answersOf` gave. */
  readonly decodedTokens: number;
  readonly seconds: number;
}
