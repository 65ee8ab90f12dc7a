import type { Sample } from "../data/sample";

/** One benchmark: where its questions come from, how they are asked, how an answer is scored. */
export interface Task {
  readonly name: string;
  /** "choice": one generated token is the answer, so it is pooled whatever it is. "generation": free text. */
  readonly kind: "choice" | "generation";
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** What the scorer is called in artefacts, for example "option-letter" or "refusal-phrases". */
  readonly scorer: string;
  /** How activations are pooled unless asked otherwise. */
  readonly pooling: "max" | "mean";
  /** Reads the questions from a folder or file, in upstream order. */
  load(path: string): AsyncIterable<Sample>;
  /** Correctness in [0, 1]. */
  score(completion: string, sample: Sample): number;
}
