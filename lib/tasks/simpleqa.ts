import { readCsv } from "../data/csv";
import { locate } from "../data/locate";
import { DEFAULT_PROMPTING, type Prompting } from "../prompt/prompting";
import { type PromptParts, questionPrompt } from "../prompt/question";
import { containsScorer } from "../score/contains";
import { normalizedExactMatchScorer } from "../score/exact-match";
import { semanticSimilarity } from "../score/semantic-similarity";
import { tokenF1 } from "../score/token-f1";
import type { Task } from "./task";

const INSTRUCTION = "Answer the question with a short, direct response. Be concise and factual.";

/**
 * SimpleQA (Wei et al., arXiv 2411.04368), from a folder with `simple_qa_test_set.csv`. `group` is the topic; there are no
 * splits. The answer is one line; the published code reads all 16 tokens.
 */
export const simpleqa: Task = {
  name: "simpleqa",
  kind: "generation",
  maxTokens: 16,
  stop: ["\n"],
  scorers: [normalizedExactMatchScorer, containsScorer, tokenF1, semanticSimilarity],
  pooling: "max",
  reasonsIn: ["official"],
  under: ({ style }) => (style === "official" ? { stop: [] } : {}),
  published: {
    repository: "basicv8vc/SimpleQA",
    revision: "e319282ab125c3dbd0c7fd00be2e4dd54e7e8f94",
    files: /^simple_qa_test_set\.csv$/,
    licence: "MIT",
    sizeBytes: 2_000_000,
  },

  async *load(path, prompting = DEFAULT_PROMPTING) {
    for await (const row of readCsv(locate(path, ["simpleqa/simple_qa_test_set.csv", "simple_qa_test_set.csv"]))) {
      const topic = /'topic': '([^']+)'/.exec(row.text("metadata"))?.[1]; // a Python literal
      if (topic === undefined) throw row.reject("metadata", "a topic in it", row.text("metadata"));
      const [question, expected] = [row.text("problem"), row.text("answer")];
      yield { id: `line-${row.number}`, ...prompt(question, expected, prompting), question, expected, group: topic };
    }
  },
};

function prompt(question: string, answer: string, { style, chainOfThought }: Prompting): PromptParts {
  if (style === "chat") return questionPrompt({ text: `${INSTRUCTION}\n\n${question}`, answer });
  const isOfficial = style === "official";
  return questionPrompt({
    preamble: `${isOfficial && chainOfThought ? "Let's think step by step.\n" : ""}${INSTRUCTION}\n\n`,
    text: `Q: ${question}\nA:`,
    answer: isOfficial ? ` ${answer}\n` : ` ${answer}\n\n`,
  });
}
