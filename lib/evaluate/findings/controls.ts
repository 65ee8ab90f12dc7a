import type { ArmSummary, ControlSummary } from "../evaluation";
import { isShown } from "../summary";
import { count, points } from "../wording";
import type { Finding } from "./finding";

/** A gain beside what other steering of the same size, or no steering, gains. */
export function controlFindings(
  arm: ArmSummary,
  arms: readonly ArmSummary[],
  controls: readonly ControlSummary[],
): Finding[] {
  const gain = arm.comparison!.difference;
  if (!isShown(arm) || gain <= 0) return [];
  const drawn = controls.filter(({ profile }) => profile === arm.name).map((control) => drawnFinding(arm, control));
  const others = arms.filter(
    ({ role, profile, comparison }) => role in INSTEAD && (profile ?? arm.name) === arm.name && comparison !== null,
  );
  const asMuch = others.filter((other) => isShown(other) && other.comparison!.difference >= gain);
  return [
    ...drawn,
    ...asMuch.map(({ name, role, comparison }) => ({
      clause: `${INSTEAD[role]!} (${name}) gains as much, ${points(comparison!.difference)} points`,
      doubt: true,
      brief: `${INSTEAD[role]!} gains as much`,
    })),
  ];
}

const INSTEAD: Readonly<Record<string, string>> = {
  "sign-flipped": "the opposite direction",
  "mean-difference": "the mean difference of the residual at the same layers and norms",
  "prompt-only": "an instruction without steering",
};

function drawnFinding({ name, comparison }: ArmSummary, control: ControlSummary): Finding {
  const { role, arms, meanDifference, range, nAtLeastProfile: asMuch } = control;
  const what =
    role === "random" ? "random features in place of those" : "features for shuffled scores in place of those";
  const drawn =
    `${what} of ${name} change the result by ${points(meanDifference)} points on average ` +
    `(${count(arms.length, "draw")}, ${points(range[0])} to ${points(range[1])})`;
  const gain = `the ${points(comparison!.difference)} of ${name}`;
  return {
    clause: `${drawn}, ${asMuch === 0 ? "none" : `${asMuch} of them`} as much as ${gain}`,
    doubt: asMuch > 0,
    brief: `some ${what} gain as much`,
  };
}
