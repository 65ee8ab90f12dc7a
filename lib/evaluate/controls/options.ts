import { findWithoutChoices } from "../../ask/require-samples";
import type { Split } from "../../data/split";
import { invalidArgument, outOfRange } from "../../errors";
import { checkScales } from "../arms";
import type { Task } from "../../tasks/task";

export const CONTROLS = [
  "repeat",
  "random",
  "sign-flipped",
  "shuffled",
  "mean-difference",
  "prompt-only",
  "constrained",
  "neutral",
] as const;
export type Control = (typeof CONTROLS)[number];

/** What is run besides baseline and profiles. */
export interface ControlOptions {
  /**
   * "repeat": the baseline once more, for what differs by arithmetic alone. In place of each profile: "random" features of
   * equal firing frequency and norm; "sign-flipped", its vectors turned round; "mean-difference", right minus wrong
   * residual rows at its layers and norms. "shuffled": the best features for permuted scores. "prompt-only": an
   * instruction in place of steering. "constrained": baseline and profiles with the answer held to the choices. "neutral":
   * how far the profiles move the model on text that has nothing to do with the task. @default all that apply
   */
  readonly controls?: readonly Control[];
  /** How often "random" draws features for each profile: one draw may hit a feature that matters. @default 5; 2 for long answers */
  readonly randomDraws?: number;
  /** How often "shuffled" permutes the scores. @default 3; 1 for long answers */
  readonly shuffledDraws?: number;
  /** Multiples of the coefficients that the profiles are run at besides 1. @default 0.5 and 2; none for long answers */
  readonly scales?: readonly number[];
  /** Texts for "neutral": a JSON Lines file with `text`, or a text file with blank lines between texts. @default built in */
  readonly neutralText?: string;
}

export const CONTROL_SETTINGS = ["controls", "randomDraws", "shuffledDraws", "scales", "neutralText"] as const;

/** With their defaults; `asked` where the user named the controls, so that one which cannot be had is an error. */
export interface ResolvedControls extends Required<Omit<ControlOptions, "neutralText">> {
  readonly asked: boolean;
  readonly neutralText: string | undefined;
}

/** All arms of a question are in the cache at once, and it has 256 sequences. */
const MAX_DRAWS = 50;
/** An arm costs a fork, as long as its answer: up to here little beside the prompt. */
const SHORT_ANSWER = 4;

/**
 * The controls asked for, or those that the test questions allow.
 *
 * @throws ERR_INVALID_ARGUMENT for an unknown one, and for "constrained" where answers cannot be held to choices or all
 * are; ERR_OUT_OF_RANGE
 */
export function resolveControls(options: ControlOptions, { test }: Split, task: Task): ResolvedControls {
  const short = task.maxTokens <= SHORT_ANSWER;
  const { randomDraws = short ? 5 : 2, shuffledDraws = short ? 3 : 1, scales = short ? [0.5, 2] : [] } = options;
  for (const [name, draws] of Object.entries({ randomDraws, shuffledDraws })) {
    if (Number.isInteger(draws) && draws >= 1 && draws <= MAX_DRAWS) continue;
    throw outOfRange(name, `an integer from 1 to ${MAX_DRAWS}`, draws);
  }
  checkScales(scales);
  const unconstrainable = whyNotConstrained(test, task);
  const { controls = CONTROLS.filter((control) => control !== "constrained" || unconstrainable === undefined) } =
    options;
  const unknown = controls.find((control) => !CONTROLS.includes(control));
  if (unknown !== undefined) throw invalidArgument("controls", `some of ${CONTROLS.join(", ")}`, unknown);
  if (controls.includes("constrained") && unconstrainable !== undefined) {
    throw invalidArgument("controls", `no "constrained", as ${unconstrainable}`, controls);
  }
  const { neutralText } = options;
  return { controls, asked: options.controls !== undefined, randomDraws, shuffledDraws, scales, neutralText };
}

function whyNotConstrained(test: Split["test"], { constrained = false }: Task): string | undefined {
  if (constrained) return "all answers are held to the choices";
  const without = findWithoutChoices(test);
  return without && `sample ${without.id} has no choices`;
}
