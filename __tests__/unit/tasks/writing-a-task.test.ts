import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findTask, taskNames } from "../../../lib/tasks/find-task";
import { scoreTexts } from "../../support/score-texts";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

const root = join(__dirname, "../../..");
const page = readFileSync(join(root, "docs/writing-a-task.md"), "utf8");

/** The code blocks of one language. */
function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map((block) => block[1]!);
}

describe("docs/writing-a-task.md", () => {
  it("shows questions that the jsonl tasks read", async () => {
    const [free, choice] = blocks("jsonl");
    const folder = temporaryFiles({ "free.jsonl": free!, "choice.jsonl": choice! });
    const [jsonl, jsonlChoice] = [await findTask("jsonl"), await findTask("jsonl-choice")];
    const [paris] = await collectAll(jsonl.load(join(folder, "free.jsonl")));
    const [wet] = await collectAll(jsonlChoice.load(join(folder, "choice.jsonl")));
    expect(await scoreTexts(jsonl, [" paris."], paris!)).toEqual([1]);
    expect(await scoreTexts(jsonlChoice, [" A"], wet!)).toEqual([1]);
  });

  it("shows a module that runs", () => {
    const folder = temporaryFiles({ "sums.ts": blocks("ts")[0]!, "sums.txt": "7+5=12\n1+1=2\n" });
    expect(runInNode(folder)).toEqual({
      samples: [
        { id: "0", prompt: "7+5=", expected: "12" },
        { id: "1", prompt: "1+1=", expected: "2" },
      ],
      scores: [1, 0.5, 0, 0],
    });
  });

  it("names every built-in task", () => {
    expect(taskNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

/** In a process of its own: a module of the user imports what it likes, which Jest's realm has no loader for. */
function runInNode(folder: string): unknown {
  const program = `(async () => {
    const { findTask } = await require("jiti").createJiti(${JSON.stringify(root)}).import("./lib/tasks/find-task.ts");
    const task = await findTask(${JSON.stringify(join(folder, "sums.ts"))});
    const samples = [];
    for await (const sample of task.load(${JSON.stringify(join(folder, "sums.txt"))})) samples.push(sample);
    const [scorer] = task.scorers;
    const scores = ["12", "13", "20", "?"].map((completion) => scorer.score({ completion }, samples[0]));
    console.log(JSON.stringify({ samples, scores }));
  })()`;
  return JSON.parse(execFileSync(process.execPath, ["-e", program], { cwd: root, encoding: "utf8" }));
}
