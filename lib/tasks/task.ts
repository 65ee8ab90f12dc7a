import type { Sample } from "../data/sample";
import type { Prompting, PromptStyle } from "../prompt/prompting";
import type { Score, Scorer } from "../score/scorer";
import type { AskedHow } from "./asked-how";
import type { PublishedData } from "./published-data";

/** One benchmark: where its questions come from, how they are asked, how an answer is scored. */
export interface Task {
  readonly name: string;
  /** "choice": one generated token is the answer, so it is pooled whatever it is. "generation": free text. */
  readonly kind: "choice" | "generation";
  readonly maxTokens: number;
  readonly stop: readonly string[];
  /** Whether the answer's first token must be that of one of the question's choices. @default false */
  readonly constrained?: boolean;
  /** The ways to score its answers; the first one does. */
  readonly scorers: readonly [Scorer, ...Scorer[]];
  /** How activations are pooled unless asked otherwise. */
  readonly pooling: "max" | "mean";
  /** Reads the questions from a folder or file, in upstream order. @param prompting @default clean, without reasoning */
  load(path: string, prompting?: Prompting): AsyncIterable<Sample>;
  /** Where its questions are published. @default nowhere: whoever runs it names them */
  readonly published?: PublishedData;
  /** Styles in which its prompts can ask for reasoning. @default none */
  readonly reasonsIn?: readonly PromptStyle[];
  /** What is different about the task when it is asked so. */
  under?(
    prompting: Prompting,
  ): Partial<Pick<Task, "kind" | "maxTokens" | "stop" | "pooling" | "scorers" | "published">>;
  /** How the questions of a run are asked, for its artefacts: set where they are read, not by the task. */
  readonly asked?: AskedHow;
}

/** A task as a user's module writes it: the scorers may be names of built-in ones, or one function. */
export type TaskDefinition = Omit<Task, "scorers"> &
  (
    | { readonly scorers: readonly [string | Scorer, ...(string | Scorer)[]] }
    | {
        /** What the scoring is called in artefacts. */
        readonly scorer: string;
        /** Correctness in [0, 1], where wanted with further numbers by name. */
        score(completion: string, sample: Sample): Score | Promise<Score>;
      }
  );
