import type { Sample } from "../data/sample";
import { goldChoice } from "../score/choice";
import { optionLines } from "./multiple-choice";

/** A question with its options in one order. */
export interface OrderedQuestion {
  readonly sample: Sample;
  /** Where, among the choices, the gold option stands; then those that it changes places with. */
  readonly places: number[];
}

/** More would cost as many prompts; a question with more options moves the gold one and three others. */
const MOST_MOVED = 4;

/**
 * A question once for each option that changes places: each of these stands once at the place of each, so that a liking for
 * a letter favours none. The first order is the question's own. Empty where the prompt lists no options that could move.
 */
export function inOrders(sample: Sample): OrderedQuestion[] {
  const { prompt, options = [], choices = [] } = sample;
  const gold = goldChoice(sample);
  if (!listsOptions(sample) || gold < 0) return [];
  const lines = optionLines(options);
  const at = prompt.lastIndexOf(lines); // worked examples may list the same
  const moved = movedOptions(options.length, gold);
  return moved.map((_, shift) => {
    const places = [...moved.slice(shift), ...moved.slice(0, shift)];
    const listed = [...options];
    places.forEach((place, m) => (listed[place] = options[moved[m]!]!));
    const reordered = prompt.slice(0, at) + optionLines(listed) + prompt.slice(at + lines.length);
    const expected = choices[places[0]!]!.trim();
    return { sample: { ...sample, prompt: reordered, options: listed, expected }, places };
  });
}

/** Whether the prompt lists the sample's options, at least two and one for each of its choices. */
export function listsOptions({
  prompt,
  options = [],
  choices = [],
}: Pick<Sample, "prompt" | "options" | "choices">): boolean {
  return options.length > 1 && options.length === choices.length && prompt.includes(optionLines(options));
}

/** The gold one first, the others evenly over the list. */
function movedOptions(nOptions: number, gold: number): number[] {
  const nMoved = Math.min(nOptions, MOST_MOVED);
  return Array.from({ length: nMoved }, (_, m) => (gold + Math.floor((m * nOptions) / nMoved)) % nOptions);
}
