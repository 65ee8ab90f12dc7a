import { type Characters, characters, others } from "./characters";

const DIGITS: Characters = [[0x30, 0x39]];
const OF_WORDS = characters([...DIGITS, [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]]);
const SPACES = characters([
  ...([
    [0x09, 0x0d],
    [0x20, 0x20],
    [0xa0, 0xa0],
    [0x1680, 0x1680],
    [0x2000, 0x200a],
  ] as const),
  ...([
    [0x2028, 0x2029],
    [0x202f, 0x202f],
    [0x205f, 0x205f],
    [0x3000, 0x3000],
    [0xfeff, 0xfeff],
  ] as const),
]);
const LINE_ENDS = characters([
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]);

/** What `.` is. */
export const IN_LINE = others(LINE_ENDS);

/** By the letter behind the backslash. */
export const CLASSES: Readonly<Record<string, Characters>> = {
  d: DIGITS,
  D: others(DIGITS),
  w: OF_WORDS,
  W: others(OF_WORDS),
  s: SPACES,
  S: others(SPACES),
};
