import { isBaselineMethod } from "./controls/control-arm";
import type { Finding } from "./findings/finding";
import { confoundFindings } from "./findings/confounds";
import { everyAnswer, givesOneAnswer, oneAnswerClauses, repeatsItself } from "./findings/degenerate";
import { mayBeFormat } from "./findings/form";
import { knowsMore } from "./findings/orders";
import type { ArmSummary, Evaluation, NullSummary, Reading } from "./evaluation";
import { isShown } from "./summary";
import { hundredths, listed, ofTarget, points, quoted, span, unseenGain } from "./wording";

/** A profile that steers, and what bears on its difference; doubts first. */
export interface Judged {
  readonly arm: ArmSummary;
  readonly findings: readonly Finding[];
}

export interface Headline {
  readonly headline: string;
  /** The profile that it is about; null where none steers. */
  readonly subject: string | null;
}

type Evidence = Pick<Evaluation, "metric" | "arms" | "orders" | "significance">;

/** What may be concluded, first, and what it rests on: at most three numbers. */
export function headlineOf(judged: readonly Judged[], evidence: Evidence): Headline {
  const { significance } = evidence;
  if (judged.length === 0) return { headline: nothingSteered(significance), subject: null };
  const byDifference = [...judged].sort((a, b) => b.arm.comparison!.difference - a.arm.comparison!.difference);
  const gaining = byDifference.filter(({ arm }) => isShown(arm) && arm.comparison!.difference > 0);
  const best = gaining.find(({ findings }) => !findings.some(({ doubt }) => doubt)) ?? gaining[0];
  if (!best) return { headline: noGain(byDifference, evidence), subject: byDifference[0]!.arm.name };
  const [doubt] = best.findings.filter(({ doubt, brief }) => doubt && brief !== null);
  const doubts = [...(doubt ? [doubt] : []), ...confoundFindings(significance)];
  const but = doubts.map(({ clause, brief }) => brief ?? clause).join("; ");
  return { headline: `${gain(best.arm, evidence)}${but === "" ? "" : `; but ${but}`}.`, subject: best.arm.name };
}

function nothingSteered(significance: NullSummary | null): string {
  return significance?.nSurvivors === 0
    ? `Nothing survives the permutation null${ofTarget(significance)}, so nothing is steered.`
    : "No profile steers anything: selection left no feature.";
}

function gain(arm: ArmSummary, { metric, arms, orders }: Evidence): string {
  const { name, comparison, commonestAnswer, formatValid, reading } = arm;
  const { difference, interval, simultaneousInterval = interval } = comparison!;
  const raises = `raises ${metric} by ${hundredths(difference)} points (${span(simultaneousInterval, points)})`;
  const oneAnswer = `${name} makes ${everyAnswer([arm])} ${quoted(commonestAnswer.completion)}, which ${raises}`;
  const knows = "other orders of the options show that it knows more";
  if (givesOneAnswer(arm) && formatValid === null) return `No gain that depends on the question: ${oneAnswer}`;
  if (givesOneAnswer(arm) && knowsMore(arm, orders)) return `Gain in form: ${oneAnswer}; ${knows}`;
  if (givesOneAnswer(arm)) return `No gain in knowledge: ${oneAnswer}`;
  if (repeatsItself(arm)) return `Text that goes round: ${name} repeats itself within its answers, and ${raises}`;
  if (reading?.is === "format" && knowsMore(arm, orders)) return `Gain in form: ${name} ${raises}; ${knows}`;
  if (reading) return READINGS[reading.is](name, raises);
  return mayBeFormat(arm, arms)
    ? `Can't tell whether ${name} gains in form or in knowledge: it ${raises}, and more answers are one of the choices`
    : `${name} ${raises}`;
}

const READINGS: Readonly<Record<Reading["is"], (name: string, raises: string) => string>> = {
  format: (name, raises) => `Gain in form, not in knowledge: ${name} ${raises}, of which forced choices leave little`,
  both: (name, raises) => `Gain in form and in knowledge: ${name} ${raises}, of which forced choices leave a part`,
  knowledge: (name, raises) => `${name} knows more: it ${raises}, of which forced choices leave most`,
  unclear: (name, raises) =>
    `Can't tell whether ${name} gains in form or in knowledge: it ${raises}, of which forced choices leave an uncertain part`,
};

/** @param judged by difference, the largest first */
function noGain(judged: readonly Judged[], { metric, arms, orders }: Evidence): string {
  const profiles = judged.map(({ arm }) => arm);
  const [most] = profiles as [ArmSummary];
  const unseen = unseenGain(most);
  const gain = `the most is ${most.name}'s ${points(most.comparison!.difference)} points${unseen === "" ? "" : `, where ${unseen}`}`;
  const knows = (arm: ArmSummary) => knowsMore(arm, orders);
  const instead = arms.some((arm) => isBaselineMethod(arm.role) && knows(arm)) ? ["what needs no SAE"] : [];
  const known = together([...namesOf(profiles.filter(knows)), ...instead], "know", "more");
  const clauses = [
    ...oneAnswerClauses(profiles),
    ...namesOf(profiles.filter(repeatsItself)).map((name) => `${name} repeats itself within its answers`),
    gain,
    ...together(namesOf(profiles.filter(isShown)), "lower", "it"),
    ...known.map((clause) => `but over other orders of the options ${clause}`),
  ];
  return `No measurable gain in ${metric}: ${clauses.join("; ")}.`;
}

function namesOf(arms: readonly ArmSummary[]): string[] {
  return arms.map(({ name }) => name);
}

/** "A lowers it", "A and S lower it"; nothing of none. */
function together(names: readonly string[], verb: string, what: string): string[] {
  return names.length === 0 ? [] : [`${listed(names)} ${verb}${names.length === 1 ? "s" : ""} ${what}`];
}
