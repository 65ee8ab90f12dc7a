import type { ControlSummary } from "./control-summary";
import { isShown, type ArmSummary } from "./summary";

/** Above this share, that most answers are one and the same is worth a sentence. */
const ONE_ANSWER = 0.6;

/** One plain sentence or more on each profile: did it help, and is that more than format or chance. */
export function verdicts(
  profiles: readonly string[],
  arms: readonly ArmSummary[],
  controls: readonly ControlSummary[],
): string[] {
  const armOf = (name: string) => arms.find((arm) => arm.name === name);
  const ofProfiles = profiles.flatMap((name) => {
    const arm = armOf(name);
    const baseline = armOf(arm?.comparedWith ?? "");
    if (!arm || !baseline) return [];
    const control = controls.find(({ profile }) => profile === name);
    return [
      `${name} ${outcome(arm)}.`,
      ...formatVerdict(arm, baseline, armOf(`${name}-constrained`)),
      ...(gains(arm) && control ? [controlVerdict(arm, control)] : []),
    ];
  });
  return [...arms.slice(0, 1).flatMap(baselineVerdict), ...ofProfiles];
}

/** Warns where most answers without steering are no answers: whatever makes them some then seems to help. */
function baselineVerdict({ name, formatValid }: ArmSummary): string[] {
  if (formatValid === null || formatValid >= 0.5) return [];
  return [
    `Only ${percent(formatValid)} of the answers of ${name} are one of the choices: ` +
      `accuracy without constrained choices is about the answer's format first.`,
  ];
}

/** Says what of a difference is the answer's form: under constrained choices every arm's answers have it. */
function formatVerdict(arm: ArmSummary, baseline: ArmSummary, constrained: ArmSummary | undefined): string[] {
  const { formatValid: before } = baseline;
  const { formatValid: after } = arm;
  if (before === null || after === null) return [];
  const change = gains(arm) ? "gain" : "loss";
  const form = `answers that are one of the choices go from ${percent(before)} to ${percent(after)}`;
  if (!constrained) {
    const byForm = isShown(arm) && (after - before) * Math.sign(arm.difference!) >= Math.abs(arm.difference!) / 2;
    const text = `The ${change} may be the answer's format alone: ${form}. Constrained choices as a control would tell.`;
    return byForm ? [text, ...oneAnswer(arm)] : [];
  }
  const forced = `with the choices forced on both, ${arm.name} ${outcome(constrained)}`;
  if (!isShown(arm)) return isShown(constrained) ? [`${capital(forced)}.`, ...oneAnswer(constrained)] : [];
  const rest = isShown(constrained) ? constrained.difference! / arm.difference! : 0;
  if (rest >= 0.5) return [`${capital(forced)}: more than format.`, ...oneAnswer(constrained)];
  const what =
    rest > 0 ? `Most of the ${change} is the answer's format` : `The ${change} is the answer's format, not knowledge`;
  return [`${what}: ${form}, and ${forced}.`, ...oneAnswer(arm)];
}

/** Answers that hardly depend on the question: what they get right is the share of questions that they fit. */
function oneAnswer({ name, commonestAnswer: { completion, share } }: ArmSummary): string[] {
  return share < ONE_ANSWER ? [] : [`${percent(share)} of the answers of ${name} are ${JSON.stringify(completion)}.`];
}

function controlVerdict({ name, difference }: ArmSummary, control: ControlSummary): string {
  const { arms, meanDifference, range, nAtLeastProfile: nAsMuch } = control;
  const drawn =
    `random features in place of those of ${name} change accuracy by ${points(meanDifference)} points on average ` +
    `(${arms.length} draws, ${points(range[0])} to ${points(range[1])})`;
  const gain = `${points(difference!)} of ${name}`;
  return nAsMuch === 0
    ? `${capital(drawn)}: none as much as the ${gain}.`
    : `Beware: ${drawn}, ${nAsMuch} of them as much as the ${gain}.`;
}

function gains(arm: ArmSummary): boolean {
  return isShown(arm) && arm.difference! > 0;
}

function outcome(arm: ArmSummary): string {
  const { n, accuracy, comparedWith, difference, differenceInterval, pValue } = arm;
  const change = difference ?? 0;
  const [low, high] = differenceInterval ?? [0, 0];
  const verb = isShown(arm) ? (change > 0 ? "raises" : "lowers") : "does not measurably change";
  return (
    `${verb} accuracy: ${percent(accuracy - change)} (${comparedWith ?? ""}) to ${percent(accuracy)}, ${points(change)} points ` +
    `(95 % interval ${points(low)} to ${points(high)}, mid-p McNemar p = ${(pValue ?? 1).toPrecision(2)}, n = ${n})`
  );
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(difference: number): string {
  return `${difference < 0 ? "" : "+"}${(100 * difference).toFixed(1)}`;
}
