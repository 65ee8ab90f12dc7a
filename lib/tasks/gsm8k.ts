import { dirname, join } from "node:path";
import { readJsonl } from "../data/jsonl";
import { locate } from "../data/locate";
import { publishedPart } from "../data/published-part";
import type { Row } from "../data/row";
import { DEFAULT_PROMPTING, type Prompting } from "../prompt/prompting";
import { type PromptParts, questionPrompt } from "../prompt/question";
import { goldNumber, gsm8kOfficial } from "../score/gsm8k-official";
import { numberScorer } from "../score/number";
import type { Task } from "./task";

/** GSM8K (Cobbe et al., arXiv 2110.14168), from a folder with `train.jsonl` and `test.jsonl`, or the hub's. */
export const gsm8k: Task = {
  name: "gsm8k",
  kind: "generation",
  maxTokens: 512,
  stop: ["\nQ:"],
  scorers: [numberScorer, gsm8kOfficial],
  pooling: "mean",
  reasonsIn: ["clean", "official", "chat"],
  under: ({ style }) => (style === "official" ? { stop: [], scorers: [gsm8kOfficial, numberScorer] } : {}),

  published: {
    repository: "openai/gsm8k",
    revision: "740312add88f781978c0658806c59bc2815b9866",
    files: /^main\/(train|test)-/,
    licence: "MIT",
    sizeBytes: 2_700_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    for (const split of ["train", "test"] as const) {
      for await (const row of publishedPart(path, "main", split) ?? readPart(path, split)) {
        const [question, solution] = [row.text("question"), row.text("answer")];
        const expected = /####(.*\d.*)/.exec(solution)?.[1]?.trim();
        if (expected === undefined) throw row.reject("answer", "a line that ends in #### and a number", solution);
        yield {
          id: `${split}/${row.number}`,
          ...prompt({ question, solution, expected }, prompting),
          question,
          expected,
          split,
        };
      }
    }
  },
};

function readPart(path: string, part: string): AsyncGenerator<Row> {
  return readJsonl(join(dirname(locate(path, ["gsm8k/test.jsonl", "test.jsonl"])), `${part}.jsonl`));
}

interface Problem {
  readonly question: string;
  readonly solution: string;
  readonly expected: string;
}

function prompt({ question, solution, expected }: Problem, { style, chainOfThought }: Prompting): PromptParts {
  if (style === "official") return officialPrompt(question, expected, chainOfThought);
  const instruction = chainOfThought
    ? "Let's think step by step. Give your final numerical answer at the end after ####."
    : "Give your final numerical answer after ####.";
  const answer = chainOfThought
    ? solution.replace(/<<[^>]*>>/g, "") // what the authors' calculator computed
    : `#### ${expected}`;
  if (style === "chat") return questionPrompt({ text: `${question}\n\n${instruction}`, answer });
  return questionPrompt({ preamble: `${instruction}\n\n`, text: `Q: ${question}\nA:`, answer: ` ${answer}\n\n` });
}

/** The "####n" and the instruction in the answer's place are the published code's. */
function officialPrompt(question: string, expected: string, chainOfThought: boolean): PromptParts {
  return questionPrompt({
    ...(chainOfThought && {
      preamble: "Let's think step by step. Give your final numerical answer at the end after the ####n\n",
    }),
    text: `Q: ${question}\n${chainOfThought ? "" : "A: Give your final numerical answer after ####\n"}`,
    exampleText: `Q: ${question}\nA:`,
    answer: ` ${goldNumber(expected)}\n`,
  });
}
