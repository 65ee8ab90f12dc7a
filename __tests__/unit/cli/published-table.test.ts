import { publishedLines } from "../../../lib/cli/published-table";
import { findPublished, PUBLISHED_MODELS } from "../../../lib/published/published";
import { findTask } from "../../../lib/tasks/find-task";

const task = { name: "mmlu", constrained: false };
const arms = [
  { name: "baseline", meanScore: 0.251 },
  { name: "A", meanScore: 0.27 },
];
const ranking = {
  n: 40,
  nCorrect: 10,
  layers: [
    { features: [{ layer: 3, feature: 7, r: 0.31, coefficient: 1.5 }] },
    { features: [{ layer: 4, feature: 1, r: 0.4, coefficient: 2 }] },
  ],
};

function lines(of: { name: string; constrained: boolean }, model: (typeof PUBLISHED_MODELS)[number] = "gemma-2-2b") {
  const args = [findPublished(model, of), { task: of, arms }, ranking] as unknown as Parameters<typeof publishedLines>;
  return publishedLines(...args).map((line) => line.replaceAll(/ +/g, " ").trim());
}

it("puts what is published beside what came out, and nothing where an arm was not run", () => {
  expect(lines(task)).toEqual([
    "",
    "beside the paper published here",
    "questions selected on 200 40",
    "right of them 66.00 25.0",
    "strongest feature 19:2174 4:1",
    "its r 0.402 0.400",
    "its coefficient 8.405 2.000",
    "baseline 52.21 ±0.04 25.1",
    "S 52.99 ±0.47",
    "A 55.48 ±0.59 27.0",
    "P 54.70 ±1.22",
    expect.stringMatching(/^\(arXiv 2508\.12535: table 1, .*\)$/),
  ]);
});

it("tells apart answers that were held to the choices", () => {
  expect(lines({ name: "mmlu-pro", constrained: true }).join("\n")).toContain("baseline 30.40 ±0.21");
  expect(lines({ name: "mmlu-pro", constrained: false }).join("\n")).toContain("baseline 14.00");
  expect(lines({ name: "mmlu", constrained: true }).at(-1)).toBe("Answers were held to the choices here only.");
  expect(lines({ name: "arc", constrained: false })).toEqual(["", "Nothing is published of this model on arc."]);
});

it("names tasks that there are", async () => {
  const tasks = ["mmlu", "mmlu-pro", "simpleqa", "bbq-ambig", "bbq-disambig", "harmbench", "xstest", "gsm8k"];
  for (const name of tasks) {
    await expect(findTask(name)).resolves.toMatchObject({ name });
    expect(findPublished("gemma-2-2b", { name, constrained: false })).toBeDefined();
  }
});
