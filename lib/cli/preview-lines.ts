import type { Preview, PreviewedAnswer, ShownToken } from "../ask/preview";
import { printable } from "../printable";
import { quantity } from "../quantity";

const BETWEEN = "│";

/** Prompts and answers with a bar between tokens, special ones in brackets, line ends both as "\n" and as such. */
export function previewLines({ answers }: Preview): string[] {
  return answers.flatMap((answer, i) => [
    `${i + 1} of ${answers.length}: ${answer.id}, a prompt of ${quantity(answer.prompt.length, "token")}`,
    ...tokenLines(answer.prompt),
    `answer, ${quantity(answer.completion.length, "token")}, ${endText(answer)}:`,
    ...tokenLines(answer.completion),
    ...triedLines(answer),
    scoreLine(answer),
    "",
  ]);
}

function endText({ tried, stopReason }: PreviewedAnswer): string {
  return tried ? `the best of ${quantity(tried.length, "choice")}` : `ended by ${stopReason}`;
}

/** Log-probabilities of whole choices. */
function triedLines({ tried = [], choices = [] }: PreviewedAnswer): string[] {
  return tried.map((logProbability, i) => `  ${logProbability.toFixed(2)} for ${JSON.stringify(choices[i])}`);
}

function tokenLines(tokens: readonly ShownToken[]): string[] {
  const lines: string[] = [];
  let line = "";
  for (const { id, text, isSpecial } of tokens) {
    const shown = printable(text);
    line += BETWEEN + (isSpecial || text === "" ? `[${text === "" ? id : shown}]` : shown);
    if (!text.endsWith("\n")) continue;
    lines.push(line);
    line = "";
  }
  return [...lines, ...(line === "" ? [] : [line])].map((text) => `  ${text}${BETWEEN}`);
}

function scoreLine({
  score,
  extras = {},
  expected,
  choices,
  tried,
  margin,
  isReadable,
  text,
}: PreviewedAnswer): string {
  return [
    `score ${score} for ${JSON.stringify(text)}`,
    `expected ${JSON.stringify(expected)}${choices && !tried ? ` of ${JSON.stringify(choices)}` : ""}`,
    ...(isReadable ? [] : ["not readable"]),
    ...(margin === undefined ? [] : [`margin ${margin.toFixed(2)}`]),
    ...Object.entries(extras).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`),
  ].join(", ");
}
