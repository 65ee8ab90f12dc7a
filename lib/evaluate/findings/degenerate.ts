import type { ArmSummary } from "../evaluation";
import { percent, quoted } from "../wording";
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
  const said = (arm: ArmSummary) => `${arm.name} ${quoted(arm.commonestAnswer.completion)}`;
  const one = others.filter(givesOneAnswer).map(said);
  const repeating = others.filter(repeatsItself).map(({ name }) => name);
  return [
    ...(one.length > 0 ? [`Almost every answer is one and the same: ${one.join(", ")}.`] : []),
    ...(repeating.length > 0 ? [`Most answers repeat themselves: ${repeating.join(", ")}.`] : []),
  ];
}

/** "every answer", or "nearly every answer" where some are another. */
export function everyAnswer({ commonestAnswer: { share } }: ArmSummary): string {
  return share === 1 ? "every answer" : "nearly every answer";
}

export function givesOneAnswer({ n, commonestAnswer: { share } }: ArmSummary): boolean {
  return n >= LEAST && share >= ONE_ANSWER;
}

export function repeatsItself({ repeating = 0 }: ArmSummary): boolean {
  return repeating >= REPEATS;
}
