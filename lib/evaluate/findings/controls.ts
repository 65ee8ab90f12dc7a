import { ALPHA } from "../../statistics/alpha";
import { isDrawn } from "../controls/drawn";
import type { ArmSummary, ControlSummary } from "../evaluation";
import { isShown } from "../summary";
import { count, hundredths, points, probability, span } from "../wording";
import type { Finding } from "./finding";

/** A gain beside what other steering of the same size, or no steering, gains. */
export function controlFindings(
  arm: ArmSummary,
  arms: readonly ArmSummary[],
  controls: readonly ControlSummary[],
): Finding[] {
  const gain = arm.comparison!.difference;
  if (!isShown(arm) || gain <= 0) return [];
  const all = controls.filter(({ profile }) => profile === arm.name);
  const own = [...all.filter((control) => !areTooFew(control)), ...all.filter(areTooFew)];
  const found = own.flatMap((control) => (isDrawn(control.role) ? drawn(arm, control) : instead(arm, control)));
  const tested = new Set(own.flatMap((control) => control.arms));
  const untested = arms.filter(
    ({ name, role, profile }) => role in INSTEAD && (profile ?? arm.name) === arm.name && !tested.has(name),
  );
  const asMuch = untested.filter((other) => isShown(other) && other.comparison!.difference >= gain);
  return [
    ...found,
    ...asMuch.map(({ name, role, comparison }) => ({
      clause: `${whatInstead(role, arm)} (${name}) gains as much, ${points(comparison!.difference)} points`,
      doubt: true,
      brief: `${whatInstead(role, arm)} gains as much`,
    })),
  ];
}

/**
 * Whether it is shown that a profile gains more than a control: by the paired test, and by its interval; beside draws also
 * by its rank among them, and none of them gains what the profile may well gain. Of older versions: none gains as much.
 */
export function isBeyond(control: ControlSummary): boolean {
  const { advantage, rank, nInInterval = 0, nAtLeastProfile } = control;
  if (!advantage) return nAtLeastProfile === 0;
  return gainsMore(advantage) && (rank === undefined || (rank.adjustedP <= ALPHA && nInInterval === 0));
}

/** Draws that could not show a gain whatever they are: drawing them ended early, or none but a few were asked for. */
function areTooFew({ arms, rank, nAtLeastProfile }: ControlSummary): boolean {
  return rank !== undefined && nAtLeastProfile === 0 && 1 / (1 + arms.length) > ALPHA;
}

type Advantage = NonNullable<ControlSummary["advantage"]>;

function gainsMore({ interval: [low], adjustedP }: Advantage): boolean {
  return low > 0 && adjustedP < ALPHA;
}

function drawn({ name, comparison }: ArmSummary, control: ControlSummary): Finding {
  const { role, arms, meanDifference, range, nAtLeastProfile: asMuch, advantage, rank } = control;
  const what =
    role === "random" ? "random features in place of those" : "features for shuffled scores in place of those";
  const change =
    `${what} of ${name} change the result by ${points(meanDifference)} points on average ` +
    `(${count(arms.length, "draw")}, ${span(range, points)})`;
  const rest = `${asMuch === 0 ? "none" : `${asMuch} of them`} as much as the ${points(comparison!.difference)} of ${name}`;
  const more =
    advantage && rank
      ? `, which gains ${hundredths(advantage.difference)} points more (${range95(advantage)}, rank p = ${probability(rank.adjustedP)})`
      : "";
  const against = whyNotBeyond(control).join(", and ");
  return {
    clause: `${change}, ${rest}${more}${against === "" ? "" : `: ${against}`}`,
    doubt: !isBeyond(control),
    brief: briefly(what, control),
  };
}

function briefly(what: string, { advantage, rank, nAtLeastProfile, nInInterval = 0 }: ControlSummary): string {
  if (nAtLeastProfile > 0) return `some ${what} gain as much`;
  if (advantage && !gainsMore(advantage)) return `that it gains more than ${what} is not shown`;
  if (rank && rank.p > ALPHA) return `there are too few ${what} to tell`;
  if (rank && rank.adjustedP > ALPHA) return `some ${what} of another profile gain as much`;
  return nInInterval > 0 ? `some ${what} gain about as much` : `no ${what} gain as much`;
}

/** What keeps a profile from being shown to gain more than its draws, as far as the numbers beside it do not say so. */
function whyNotBeyond(control: ControlSummary): string[] {
  const { advantage, rank, nAtLeastProfile, nInInterval = 0 } = control;
  if (!advantage || !rank) return [];
  const within = nInInterval - nAtLeastProfile;
  return [
    ...(gainsMore(advantage) ? [] : ["that it gains more is not shown"]),
    ...(areTooFew(control) ? ["so few draws cannot show that it gains more"] : []),
    ...(within > 0 ? [`${within} of them ${within === 1 ? "lies" : "lie"} within its interval`] : []),
  ];
}

const INSTEAD: Readonly<Record<string, string>> = {
  "sign-flipped": "the opposite direction",
  "mean-difference": "the mean difference of the residual at the same layers and norms",
  "probe-direction": "the direction of a probe of correctness at the same layers and norms",
  "prompt-only": "an instruction without steering",
};

/** What is in a profile's place, in words: at equal divergence norms are not the same. */
function whatInstead(role: string, { dose }: ArmSummary): string {
  const words = INSTEAD[role]!;
  return dose ? words.replace(/norms$/, "divergence") : words;
}

/** What a control keeps of a gain, at least, to be said to do as much. */
const AS_MUCH = 0.9;

/** Nothing where the profile is shown to gain more. */
function instead(arm: ArmSummary, control: ControlSummary): Finding[] {
  const { name, comparison } = arm;
  const { role, arms, meanDifference, advantage } = control;
  if (!advantage) return [];
  const inWords = whatInstead(role, arm);
  const what = `${inWords} (${arms[0]!})`;
  const [low, high] = advantage.interval;
  const difference = `${hundredths(advantage.difference)} points`;
  if (high <= (1 - AS_MUCH) * comparison!.difference) {
    const asMuch = `${what} gains ${low > 0 ? "nearly " : ""}as much, ${points(meanDifference)} points`;
    const clause = `${asMuch}: ${name} gains ${difference} more (${range95(advantage)})`;
    return [{ clause, doubt: true, brief: `${inWords} gains ${low > 0 ? "nearly " : ""}as much` }];
  }
  if (isBeyond(control)) return [];
  const change = `${what} changes the result by ${points(meanDifference)} points`;
  const notShown = `that ${name} gains more is not shown: ${difference} (${range95(advantage)})`;
  const brief = `that it gains more than ${inWords} is not shown`;
  return [{ clause: `${change}, and ${notShown}`, doubt: true, brief }];
}

function range95({ interval }: Advantage): string {
  return `95 % interval ${span(interval, points)}`;
}
