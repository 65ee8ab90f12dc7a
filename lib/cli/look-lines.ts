import type { Look } from "../ask/look";
import type { Remedy } from "../ask/remedies";
import type { Doubt } from "../ask/tally";
import { flagOf } from "../options/flags";
import { aboutOf } from "../options/option";
import { askingOptions } from "../pipeline/setup-options";

const DOUBTS: Readonly<Record<Doubt, string>> = {
  unreadable: "the scorer can read fewer than half of them",
  "none-right": "none of them is right",
  "all-right": "all of them are right, so that they tell nothing apart",
};

/** Whether a scoring looks sound, in one line; where it does not, what may help. */
export function lookLines({ n, readable, empty, cutOff, right, scorer, doubts, mayHelp }: Look): string[] {
  const counts = `${right} right, ${readable} readable, ${empty} empty, ${cutOff} cut off`;
  return [
    `The first ${n} answers, scored by ${scorer}: ${counts}.`,
    ...(doubts.length > 0 ? [`Warning: ${doubts.map((doubt) => DOUBTS[doubt]).join(", and ")}.`] : []),
    ...(mayHelp.length > 0 ? [`What may help: ${mayHelp.map(remedyText).join(", ")}.`] : []),
  ];
}

function remedyText({ option, value, right }: Remedy): string {
  const flag = flagOf(option, aboutOf(askingOptions.shape[option])!);
  const words = [flag, value, right === undefined ? undefined : `(${right} right)`];
  return words.filter((word) => word !== undefined).join(" ");
}
