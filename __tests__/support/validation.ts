import type { RankedFeature } from "../../lib/rank/ranking";
import type { Trial } from "../../lib/select/gate";
import type { TrialOutcome, ValidationQuestions } from "../../lib/select/measure";

export type AnswerOf<T extends Trial> = (trial: T, question: number) => number;

/** Validation questions that a formula answers: selection's arithmetic without a model. Counts what it is asked. */
export function questionsAnswered<T extends Trial = readonly RankedFeature[]>(
  n: number,
  scoreOf: AnswerOf<T>,
  marginOf?: AnswerOf<T>,
) {
  let answers = 0;
  const asked: T[][] = [];
  const questions: ValidationQuestions = {
    n,
    clusters: undefined,
    hasMargins: marginOf !== undefined,
    measure(trials, from = 0, to = n) {
      asked.push([...trials] as T[]);
      answers += trials.length * (to - from);
      const range = Array.from({ length: to - from }, (_, i) => from + i);
      const outcome = (trial: T): TrialOutcome => ({
        scores: range.map((question) => scoreOf(trial, question)),
        margins: range.map((question) => marginOf?.(trial, question)),
      });
      return Promise.resolve((trials as T[]).map(outcome));
    },
    cost: () => ({ decodedTokens: answers, answers }),
  };
  return { questions, asked };
}
