import type { Split } from "../data/split";
import { invalidArgument } from "../errors";

const CONTROLS = ["random", "constrained"] as const;
export type Control = (typeof CONTROLS)[number];

/**
 * The controls asked for, or those that the test questions allow.
 *
 * @throws ERR_INVALID_ARGUMENT for an unknown one, and for "constrained" with a question that has no choices
 */
export function resolveControls(asked: readonly Control[] | undefined, { test }: Split): readonly Control[] {
  const without = test.find(({ choices }) => choices === undefined);
  if (!asked) return CONTROLS.filter((control) => control === "random" || !without);
  const unknown = asked.find((control) => !CONTROLS.includes(control));
  if (unknown !== undefined) throw invalidArgument("controls", `some of ${CONTROLS.join(", ")}`, unknown);
  if (without && asked.includes("constrained")) {
    throw invalidArgument("controls", `questions with choices for "constrained"`, `sample ${without.id} without`);
  }
  return asked;
}
