import type { Look, LookExample } from "../ask/look";
import { lookLines } from "./look-lines";
import type { CommandProgress } from "./progress";

const LONGEST = 100;

/** Says on stderr what a run's first answers look like: always where that is doubtful, else where somebody watches. */
export function tellOfFirstAnswers(
  progress: CommandProgress,
  { quiet = false }: { readonly quiet?: boolean },
): (look: Look) => void {
  const isWatched = process.stderr.isTTY && !quiet;
  return (look) => {
    if (look.doubts.length > 0 || isWatched) progress.say(firstAnswersLines(look));
  };
}

/** The counts, three answers, and what is doubtful. */
export function firstAnswersLines(look: Look): string[] {
  const [counts, ...doubts] = lookLines(look);
  return [counts!, ...look.examples.map(exampleLine), ...doubts];
}

function exampleLine({ id, completion, expected, score }: LookExample): string {
  return `  ${id}: score ${score} for ${JSON.stringify(clip(completion))}, expected ${JSON.stringify(clip(expected))}`;
}

function clip(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
