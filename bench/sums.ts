import { uniforms } from "./random-columns";

const LETTERS = ["A", "B", "C", "D"] as const;

/** Sums with four options to choose from, as lines of a file for the task `jsonl-choice`. */
export function sumQuestions(n: number, seed: number): string {
  const next = uniforms(seed);
  const below = (limit: number) => Math.floor(limit * next());
  const question = () => {
    const [a, b, gold] = [below(90), below(90), below(LETTERS.length)];
    const options = LETTERS.map((letter, i) => `${letter}. ${a + b + 10 * (i - gold)}`);
    return {
      prompt: [`Which number is the sum of ${a} and ${b}?`, ...options, "Answer:"].join("\n"),
      expected: ` ${LETTERS[gold]!}`,
      choices: LETTERS.map((letter) => ` ${letter}`),
    };
  };
  return Array.from({ length: n }, () => `${JSON.stringify(question())}\n`).join("");
}
