import { z } from "zod";
import { findWithoutChoices } from "../../ask/require-samples";
import type { Split } from "../../data/split";
import { invalidArgument } from "../../errors";
import { neutralOptions } from "../../neutral/options";
import { integer, number, oneOf, someOf } from "../../options/kinds";
import { type Given, option } from "../../options/option";
import { resolveOptions } from "../../options/resolve";
import { scaleList } from "../scales";
import { whyNoOrders } from "../orders/why-no-orders";
import { CONTROLS_FOR, type ControlsFor } from "./controls-for";
import { ENOUGH_DRAWS } from "./drawn";
import { answersAreShort } from "./short-answers";
import type { Task } from "../../tasks/task";
import { triesChoices } from "../../tasks/tries-choices";

export const CONTROLS = [
  "repeat",
  "random",
  "sign-flipped",
  "shuffled",
  "mean-difference",
  "probe-direction",
  "prompt-only",
  "constrained",
  "orders",
  "neutral",
] as const;
export type Control = (typeof CONTROLS)[number];

/** All arms of a question are in the cache at once, and it has 256 sequences. */
const MAX_DRAWS = 50;

const IN_ROUNDS = `none where no profile gains, else up to ${ENOUGH_DRAWS} while none does as much as one that does`;

/** What is run besides baseline and profiles. */
export const controlOptions = z.object({
  scales: option("multiples of the coefficients to try besides 1, or none", scaleList.exactOptional(), {
    otherwise: "0.5,2; none for long answers",
  }),
  controls: option(`what else to run, or none: ${CONTROLS.join(", ")}`, someOf(CONTROLS).exactOptional(), {
    otherwise: 'all that apply, "probe-direction" with equal-kl',
    more:
      '"repeat": the baseline once more, for what differs by arithmetic alone. In place of each profile: "random" features ' +
      'of equal firing frequency and norm; "sign-flipped", its vectors turned round; "mean-difference", right minus wrong ' +
      'residual rows at its layers and norms; "probe-direction", the weights of a probe of correctness there; "shuffled", the best features there for permuted scores. "prompt-only": an ' +
      'instruction in place of steering. "constrained": baseline and profiles with the answer held to the choices. ' +
      '"orders": baseline and profiles with the options in other orders, for what they know whatever letter they like. ' +
      '"neutral": how far the profiles move the model on text that has nothing to do with the task.',
  }),
  controlsFor: option("profiles to run controls for", oneOf(CONTROLS_FOR).default("gaining"), {
    more:
      "What is in place of a profile tells what its gain is due to: where none is shown, it is not run; nor are other orders and " +
      "neutral text where nothing is steered, nor is neutral text for scales and controls.",
  }),
  randomDraws: option("draws of random features for each profile", integer(1, MAX_DRAWS).exactOptional(), {
    otherwise: IN_ROUNDS,
    more: "A number is asked of every profile. One draw may hit a feature that matters.",
  }),
  shuffledDraws: option("selections for permuted scores, for each profile", integer(1, MAX_DRAWS).exactOptional(), {
    otherwise: IN_ROUNDS,
  }),
  equalKl: option(
    "bring every arm to one divergence: the 95th percentile of KL on neutral text, nats a token",
    number("a number above 0").gt(0, "a number above 0").exactOptional(),
    {
      value: "nats",
      otherwise: "arms as they were selected",
      more:
        "Methods are then compared at the same side effect. Each arm's factor is tuned on the part of the neutral texts that is not " +
        "reported on; draws have their profile's. " +
        '"mean-difference" and "probe-direction" are run for every profile, whether it gains or not.',
    },
  ),
  ...neutralOptions.shape,
});

/** @interface */
export type ControlOptions = Given<typeof controlOptions>;

/** With their defaults; `asked` where the user named the controls, so that one which cannot be had is an error. */
export interface ResolvedControls {
  readonly controls: readonly Control[];
  readonly asked: boolean;
  readonly controlsFor: ControlsFor;
  readonly scales: readonly number[];
  /** Undefined: in rounds. */
  readonly randomDraws: number | undefined;
  readonly shuffledDraws: number | undefined;
  readonly equalKl: number | undefined;
  readonly neutralText: string | undefined;
}

/**
 * The controls asked for, or those that the test questions allow.
 *
 * @throws ERR_INVALID_ARGUMENT for an unknown one, for "constrained" where answers cannot be held to choices or all are, and
 * for "orders" where no options can change places; ERR_OUT_OF_RANGE
 */
export function resolveControls(options: ControlOptions, { test }: Split, task: Task): ResolvedControls {
  const short = answersAreShort(task);
  const given = resolveOptions(controlOptions, options);
  const { controlsFor, equalKl, randomDraws, shuffledDraws, scales = short ? [0.5, 2] : [] } = given;
  const impossible = { constrained: whyNotConstrained(test, task), orders: whyNoOrders(task, test) };
  const whyNot = (control: Control) => impossible[control as keyof typeof impossible];
  const { neutralText, controls = CONTROLS.filter(isUsual) } = given;
  function isUsual(control: Control): boolean {
    return whyNot(control) === undefined && (control !== "probe-direction" || equalKl !== undefined);
  }
  const refused = controls.find((control) => whyNot(control) !== undefined);
  if (refused) throw invalidArgument("controls", `no "${refused}", as ${whyNot(refused)!}`, controls);
  return {
    controls,
    asked: given.controls !== undefined,
    controlsFor,
    randomDraws,
    shuffledDraws,
    scales,
    equalKl,
    neutralText,
  };
}

function whyNotConstrained(test: Split["test"], task: Task): string | undefined {
  if (task.constrained) return "all answers are held to the choices";
  if (triesChoices(task)) return "whole choices are tried";
  const without = findWithoutChoices(test);
  return without && `sample ${without.id} has no choices`;
}
