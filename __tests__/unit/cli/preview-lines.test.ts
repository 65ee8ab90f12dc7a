import type { PreviewedAnswer } from "../../../lib/ask/preview";
import { lookLines } from "../../../lib/cli/look-lines";
import { previewLines } from "../../../lib/cli/preview-lines";

const look = {
  ...{ scorer: "exact-match", n: 20, readable: 20, empty: 1, cutOff: 2, right: 3, meanScore: 0.15 },
  ...{ examples: [], doubts: [], mayHelp: [] },
};
const token = (text: string, isSpecial = false) => ({ id: 7, text, isSpecial });
const answer: PreviewedAnswer = {
  id: "q0",
  prompt: [token("<s>", true), token("Q"), token(": a|b?\n"), token("A:"), token(""), token(" ")],
  completion: [token(" "), token("B"), token("</s>", true)],
  text: " B",
  stopReason: "end",
  expected: "A",
  score: 0,
  isReadable: true,
};

test("a prompt has a bar between tokens, special ones in brackets, and its lines", () => {
  expect(previewLines({ answers: [answer], look })).toEqual([
    "1 of 1: q0, a prompt of 6 tokens",
    "  │[<s>]│Q│: a|b?\\n│",
    "  │A:│[7]│ │",
    "answer, 3 tokens, ended by end:",
    "  │ │B│[</s>]│",
    'score 0 for " B", expected "A"',
    "",
  ]);
});

test("a score comes with all that is known of it", () => {
  const full = { ...answer, choices: [" A", " B"], isReadable: false, margin: -1.234, extras: { precision: 0.33333 } };
  expect(previewLines({ answers: [full], look })).toContain(
    'score 0 for " B", expected "A" of [" A"," B"], not readable, margin -1.23, precision 0.333',
  );
});

test("whole choices that were tried come with their log-probabilities", () => {
  const tried = { ...answer, choices: [" A", " B"], tried: [-2.345, -1], extras: { goldLogProbability: -2.345 } };
  expect(previewLines({ answers: [tried], look }).slice(3)).toEqual([
    "answer, 3 tokens, the best of 2 choices:",
    "  │ │B│[</s>]│",
    '  -2.35 for " A"',
    '  -1.00 for " B"',
    'score 0 for " B", expected "A", goldLogProbability -2.35',
    "",
  ]);
});

test("an answer without tokens has no lines", () => {
  expect(previewLines({ answers: [{ ...answer, completion: [] }], look }).slice(3, 5)).toEqual([
    "answer, 0 tokens, ended by end:",
    'score 0 for " B", expected "A"',
  ]);
});

test("a look is one line where all seems well, else says what may help as flags", () => {
  expect(lookLines(look)).toEqual([
    "The first 20 answers, scored by exact-match: 3 right, 20 readable, 1 empty, 2 cut off.",
  ]);
  const doubtful = {
    ...look,
    doubts: ["unreadable", "none-right"] as const,
    mayHelp: [
      { option: "promptStyle", value: "chat" },
      { option: "maxTokens" },
      { option: "scorer", value: "contains", right: 9 },
    ] as const,
  };
  expect(lookLines(doubtful).slice(1)).toEqual([
    "Warning: the scorer can read fewer than half of them, and none of them is right.",
    "What may help: --prompt-style chat, --max-tokens, --scorer contains (9 right).",
  ]);
});
