import { constrainedName } from "../arms";
import type { ArmSummary, Evaluation, Reading } from "../evaluation";
import { isShown } from "../summary";
import { change, percent, span } from "../wording";
import { givesOneAnswer } from "./degenerate";
import type { Finding } from "./finding";

/** Above this share, that most answers are one and the same is worth a sentence. */
const ONE_ANSWER = 0.6;

/** What of a difference is the answer's form: with the choices forced, every arm's answers have it. */
export function formatFindings(arm: ArmSummary, arms: readonly ArmSummary[], metric: Evaluation["metric"]): Finding[] {
  const armOf = (name: string) => arms.find((other) => other.name === name);
  const { difference, with: reference } = arm.comparison!;
  const before = armOf(reference)?.formatValid ?? null;
  const after = arm.formatValid;
  if (before === null || after === null) return [];
  const what = difference > 0 ? "gain" : "loss";
  const form = `answers that are one of the choices go from ${percent(before)} to ${percent(after)}`;
  const constrained = armOf(constrainedName(arm.name));
  if (!constrained) {
    const clause = `the ${what} may be the answer's format alone: ${form} (constrained choices as a control would tell)`;
    return mayBeFormat(arm, arms) ? [{ clause, doubt: true, brief: null }, ...oneAnswer(arm)] : [];
  }
  const forced = `with the choices forced on both, ${metric} goes from ${change(constrained)}`;
  if (!arm.reading) {
    return isShown(constrained) ? [{ clause: forced, doubt: false }, ...oneAnswer(constrained)] : [];
  }
  const { is, share, interval } = arm.reading;
  const between = interval && ` (95 % interval ${span(interval, percent)})`;
  const left = `forcing the choices on both leaves ${percent(share)} of it${between ?? ""}`;
  return [
    {
      clause: `${READINGS[is](what)}: ${left}; ${form}, and ${forced}`,
      doubt: is === "format" || is === "unclear",
      brief: null,
    },
    ...oneAnswer(is === "knowledge" ? constrained : arm),
  ];
}

/** Whether more answers are a choice, by half of a shown difference or more, and nobody forced the choices to see what that is. */
export function mayBeFormat(arm: ArmSummary, arms: readonly ArmSummary[]): boolean {
  const [{ formatValid: before }] = arms as [ArmSummary];
  const { difference } = arm.comparison!;
  if (before === null || arm.formatValid === null || !isShown(arm)) return false;
  if (arms.some(({ name }) => name === constrainedName(arm.name))) return false;
  return (arm.formatValid - before) * Math.sign(difference) >= Math.abs(difference) / 2;
}

const READINGS: Readonly<Record<Reading["is"], (what: string) => string>> = {
  format: (what) => `the ${what} is the answer's format, not knowledge`,
  both: (what) => `the ${what} is part format, part knowledge`,
  knowledge: (what) => `the ${what} is knowledge, not format`,
  unclear: (what) => `whether the ${what} is format or knowledge can't be told`,
};

/** Answers that hardly depend on the question: what they get right is the share of questions that they fit. */
function oneAnswer(arm: ArmSummary): Finding[] {
  const { name, commonestAnswer } = arm;
  const { completion, share } = commonestAnswer;
  if (share < ONE_ANSWER || (arm.role === "profile" && givesOneAnswer(arm))) return []; // which is said already
  const answer = JSON.stringify(completion);
  const brief = `most answers of ${name} are ${answer}`;
  return [{ clause: `${percent(share)} of the answers of ${name} are ${answer}`, doubt: true, brief }];
}
