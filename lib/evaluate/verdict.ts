import type { ArmSummary } from "./summary";

/** The level at which a difference counts as shown. */
const ALPHA = 0.05;

/** One plain sentence or more on each profile: did it help, and is that more than format or chance. */
export function verdicts(
  profiles: readonly string[],
  controls: readonly string[],
  arms: readonly ArmSummary[],
): string[] {
  const armOf = (name: string) => arms.find((arm) => arm.name === name);
  return profiles.flatMap((name) => {
    const arm = armOf(name);
    if (!arm) return [];
    const baseline = armOf(arm.comparedWith ?? "");
    const control = controls.map(armOf).find((control) => control && gains(control));
    return [
      `${name} ${outcome(arm)}.`,
      ...(gains(arm) && baseline ? formatVerdict(arm, baseline, armOf(`${name}-constrained`)) : []),
      ...(gains(arm) && control ? [`Beware: ${control.name}, features taken at random, ${outcome(control)}.`] : []),
    ];
  });
}

/** Says when a gain is the answer's form: under constrained choices every arm's answers have it. */
function formatVerdict(arm: ArmSummary, baseline: ArmSummary, constrained: ArmSummary | undefined): string[] {
  const { formatValid: before } = baseline;
  const { formatValid: after } = arm;
  if (before === null || after === null) return [];
  const form = `answers that are one of the choices go from ${percent(before)} to ${percent(after)}`;
  if (constrained) {
    if (gains(constrained)) return [`With the choices forced on both, ${arm.name} still ${outcome(constrained)}.`];
    return [
      `The gain is the answer's format, not knowledge: ${form}, and with the choices forced on both, ` +
        `${arm.name} ${outcome(constrained)}.`,
    ];
  }
  if (after - before < arm.difference! / 2) return [];
  return [`The gain may be the answer's format alone: ${form}. Constrained choices as a control would tell.`];
}

function gains({ difference, pValue }: ArmSummary): boolean {
  return difference !== null && difference > 0 && pValue! < ALPHA;
}

function outcome({ n, accuracy, comparedWith, difference, differenceInterval, pValue }: ArmSummary): string {
  const change = difference ?? 0;
  const [low, high] = differenceInterval ?? [0, 0];
  const shown = pValue !== null && pValue < ALPHA;
  const verb = shown ? (change > 0 ? "raises" : "lowers") : "does not measurably change";
  return (
    `${verb} accuracy: ${percent(accuracy - change)} (${comparedWith ?? ""}) to ${percent(accuracy)}, ${points(change)} points ` +
    `(95 % interval ${points(low)} to ${points(high)}, mid-p McNemar p = ${(pValue ?? 1).toPrecision(2)}, n = ${n})`
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function points(difference: number): string {
  return `${difference < 0 ? "" : "+"}${(100 * difference).toFixed(1)}`;
}
