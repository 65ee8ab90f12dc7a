import type { RankedFeature } from "../../lib/rank/ranking";
import type { TrialOutcome, ValidationQuestions } from "../../lib/select/measure";

export type AnswerOf = (trial: readonly RankedFeature[], question: number) => number;

/** Validation questions that a formula answers: selection's arithmetic without a model. Counts what it is asked. */
export function questionsAnswered(n: number, scoreOf: AnswerOf, marginOf?: AnswerOf) {
  let answers = 0;
  const asked: (readonly RankedFeature[])[][] = [];
  const questions: ValidationQuestions = {
    n,
    clusters: undefined,
    hasMargins: marginOf !== undefined,
    measure(trials, from = 0, to = n) {
      asked.push([...trials]);
      answers += trials.length * (to - from);
      const range = Array.from({ length: to - from }, (_, i) => from + i);
      const outcome = (trial: readonly RankedFeature[]): TrialOutcome => ({
        scores: range.map((question) => scoreOf(trial, question)),
        margins: range.map((question) => marginOf?.(trial, question)),
      });
      return Promise.resolve(trials.map(outcome));
    },
    cost: () => ({ decodedTokens: answers, answers }),
  };
  return { questions, asked };
}
