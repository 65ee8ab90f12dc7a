import type { ArmSummary } from "../evaluation";
import { capital, listed, percent, quoted } from "../wording";
import type { Finding } from "./finding";

/** From this share on, an arm gives one answer whatever is asked; of fewer questions that may be chance. */
const ONE_ANSWER = 0.95;
const LEAST = 10;
/** From this share of its answers on, an arm repeats itself. */
const REPEATS = 0.5;

/** Output that doesn't depend on the question, or goes round in itself. */
export function degenerateFindings(arm: ArmSummary, arms: readonly ArmSummary[]): Finding[] {
  const { name, commonestAnswer, repeating = 0 } = arm;
  const found: Finding[] = [];
  if (givesOneAnswer(arm)) {
    const clause = `${percent(commonestAnswer.share)} of the answers of ${name} are ${quoted(commonestAnswer.completion)}`;
    found.push({ clause, doubt: true, brief: null });
  }
  if (repeatsItself(arm)) {
    const before = percent(arms[0]!.repeating ?? 0);
    const clause = `of the answers of ${name}, ${percent(repeating)} repeat themselves, from ${before}`;
    found.push({ clause, doubt: true, brief: null });
  }
  return found;
}

/** Of arms that are no profile. */
export function degenerateSentences(arms: readonly ArmSummary[]): string[] {
  const others = arms.filter(({ role, sameAs }) => role !== "profile" && sameAs === null);
  const repeating = others.filter(repeatsItself).map(({ name }) => name);
  return [
    ...oneAnswerClauses(others).map((clause) => `${capital(clause)}.`),
    ...(repeating.length > 0 ? [`Most answers repeat themselves: ${repeating.join(", ")}.`] : []),
  ];
}

/** 'every answer of A and P is " A"', for each answer that is the only one of an arm. */
export function oneAnswerClauses(arms: readonly ArmSummary[]): string[] {
  const same = arms.filter(givesOneAnswer);
  const answers = new Set(same.map(({ commonestAnswer }) => commonestAnswer.completion));
  return [...answers].map((answer) => {
    const giving = same.filter(({ commonestAnswer }) => commonestAnswer.completion === answer);
    return `${everyAnswer(giving)} of ${listed(giving.map(({ name }) => name))} is ${quoted(answer)}`;
  });
}

/** "every answer", or "nearly every answer" where some are another. */
export function everyAnswer(arms: readonly ArmSummary[]): string {
  return arms.every(({ commonestAnswer: { share } }) => share === 1) ? "every answer" : "nearly every answer";
}

export function givesOneAnswer({ n, commonestAnswer: { share } }: ArmSummary): boolean {
  return n >= LEAST && share >= ONE_ANSWER;
}

export function repeatsItself({ repeating = 0 }: ArmSummary): boolean {
  return repeating >= REPEATS;
}
