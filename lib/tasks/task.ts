import type { Sample } from "../data/sample";
import type { Prompting, PromptStyle } from "../prompt/prompting";

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
  /** Reads the questions from a folder or file, in upstream order. @param prompting @default clean, without reasoning */
  load(path: string, prompting?: Prompting): AsyncIterable<Sample>;
  /** Correctness in [0, 1]. */
  score(completion: string, sample: Sample): number;
  /** What is different about the task when it is asked so. */
  under?(prompting: Prompting): Partial<Pick<Task, "kind" | "maxTokens" | "stop" | "pooling">>;
  /** How the questions of a run are asked, for its artefacts: set where they are read, not by the task. */
  readonly asked?: Asked;
}

/** How the questions of a run were asked: in `run.json` and `evaluation.json`. */
export interface Asked {
  readonly promptStyle: PromptStyle;
  readonly chainOfThought: boolean;
  /** Worked examples before each question. */
  readonly fewShot: number;
  /** The group that the questions were taken from, where that is not all. */
  readonly category?: string;
}
