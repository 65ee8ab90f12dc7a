import { dirname, join } from "node:path";
import { readJsonl } from "../data/jsonl";
import { locate } from "../data/locate";
import { DEFAULT_PROMPTING, type Prompting } from "../prompt/prompting";
import { type PromptParts, questionPrompt } from "../prompt/question";
import { goldNumber, gsm8kOfficial } from "../score/gsm8k-official";
import { numberScorer } from "../score/number";
import type { Task } from "./task";

/** GSM8K (Cobbe et al., arXiv 2110.14168), from a folder with `train.jsonl` and `test.jsonl`. */
export const gsm8k: Task = {
  name: "gsm8k",
  kind: "generation",
  maxTokens: 512,
  stop: ["\nQ:"],
  scorers: [numberScorer, gsm8kOfficial],
  pooling: "mean",
  reasonsIn: ["clean", "official", "chat"],
  under: ({ style }) => (style === "official" ? { stop: [], scorers: [gsm8kOfficial, numberScorer] } : {}),

  async *load(path, prompting = DEFAULT_PROMPTING) {
    const folder = dirname(locate(path, ["gsm8k/test.jsonl", "test.jsonl"]));
    for (const split of ["train", "test"] as const) {
      for await (const row of readJsonl(join(folder, `${split}.jsonl`))) {
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
