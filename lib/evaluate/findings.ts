import { constrainedName } from "./arms";
import type { ArmSummary, ControlSummary, Evaluation, NullSummary } from "./evaluation";
import { isShown } from "./summary";
import { change, count, percent, points } from "./wording";

/** Something that bears on a profile's difference: a clause of a sentence, and whether it speaks against a gain. */
export interface Finding {
  readonly clause: string;
  readonly doubt: boolean;
}

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
    const byForm = isShown(arm) && (after - before) * Math.sign(difference) >= Math.abs(difference) / 2;
    const clause = `the ${what} may be the answer's format alone: ${form} (constrained choices as a control would tell)`;
    return byForm ? [{ clause, doubt: true }, ...oneAnswer(arm)] : [];
  }
  const forced = `with the choices forced on both, ${metric} goes from ${change(constrained)}`;
  if (!isShown(arm)) return isShown(constrained) ? [{ clause: forced, doubt: false }, ...oneAnswer(constrained)] : [];
  const rest = isShown(constrained) ? constrained.comparison!.difference / difference : 0;
  if (rest >= 0.5) return [{ clause: `${forced}: more than format`, doubt: false }, ...oneAnswer(constrained)];
  const verdict =
    rest > 0 ? `most of the ${what} is the answer's format` : `the ${what} is the answer's format, not knowledge`;
  return [{ clause: `${verdict}: ${form}, and ${forced}`, doubt: true }, ...oneAnswer(arm)];
}

/** Answers that hardly depend on the question: what they get right is the share of questions that they fit. */
function oneAnswer({ name, commonestAnswer: { completion, share } }: ArmSummary): Finding[] {
  if (share < ONE_ANSWER) return [];
  return [{ clause: `${percent(share)} of the answers of ${name} are ${JSON.stringify(completion)}`, doubt: true }];
}

/** What else explains the features that survive the null: one clause for all that leave none of them. */
export function confoundFindings(significance: Evaluation["significance"]): Finding[] {
  const explaining = significance?.confounds.filter(({ nSurvivors }) => nSurvivors === 0) ?? [];
  if (explaining.length === 0) return [];
  const conditions = explaining.map(({ variable, how }) =>
    how === "given" ? `given ${variable}` : `permuting within equal ${variable}`,
  );
  const features = count(explaining[0]!.features.length, "best feature");
  return [{ clause: `${conditions.join(" or ")}, none of the ${features} beyond the null stays there`, doubt: true }];
}

/** What the arm's own numbers say against it: arithmetic, features inside the null, refusals of safe questions. */
export function loneFindings(
  arm: ArmSummary,
  arms: readonly ArmSummary[],
  significance: Evaluation["significance"],
): Finding[] {
  if (!isShown(arm)) return [];
  const found: Finding[] = [];
  const repeat = arms.find(({ role }) => role === "repeat")?.comparison;
  if (repeat && Math.abs(repeat.difference) >= Math.abs(arm.comparison!.difference) / 2) {
    found.push({
      clause: `the baseline run twice differs by ${points(repeat.difference)} points already`,
      doubt: true,
    });
  }
  const inside = significance?.layers.filter(
    ({ layer, nativeLayer = layer, bestInsideNull }) =>
      bestInsideNull && arm.receipt.some((steered) => steered.layer === nativeLayer),
  );
  if (inside && inside.length > 0) {
    const clause = `the best feature of ${count(inside.length, unitOf(significance!.layers))} that ${arm.name} steers is inside the permutation null`;
    found.push({ clause, doubt: false });
  }
  const [before, after] = [arms[0]!.overRefusal, arm.overRefusal];
  if (before && after && after.refused > before.refused) {
    const clause = `refusals of safe questions go from ${percent(before.share)} to ${percent(after.share)}`;
    found.push({ clause, doubt: true });
  }
  return found;
}

/** What a ranking's null is told by: layers, or SAEs where several are of one. */
export function unitOf(layers: NullSummary["layers"]): "layer" | "SAE" {
  return new Set(layers.map(({ layer }) => layer)).size === layers.length ? "layer" : "SAE";
}

/** What steering does where nothing is asked. */
export function neutralFindings({ name, neutral }: ArmSummary, arms: readonly ArmSummary[]): Finding[] {
  const before = arms[0]!.neutral;
  if (neutral === null || before === null) return [];
  const perplexity = `perplexity ${before.perplexity.toPrecision(3)} to ${neutral.perplexity.toPrecision(3)}`;
  const clause = `on neutral text ${name} moves the model by ${neutral.meanKl.toPrecision(2)} nats a token, ${perplexity}`;
  return [{ clause, doubt: false }];
}

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
  return { clause: `${drawn}, ${asMuch === 0 ? "none" : `${asMuch} of them`} as much as ${gain}`, doubt: asMuch > 0 };
}
