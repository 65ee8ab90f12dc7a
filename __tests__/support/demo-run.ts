import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES, succeed } from "./corrsteer";

const MARKUP = `</script><script>alert(1)</script><img src="http://127.0.0.1:1/x.png" onerror="alert(2)">'"&`;
/** What a question's author must not be able to do to whoever reads the report or the terminal. */
export const HOSTILE = `${MARKUP}\u202e\u001b]52;c;aGk=\u0007`;
/** As it is shown. */
export const HOSTILE_SHOWN = `${MARKUP}\\u202e\\u001b]52;c;aGk=\\u0007`;

/** The demo's questions, with markup in the categories, in the ids, and before the sums of some. */
function writeHostileQuestions(path: string): void {
  const lines = readFileSync(DEMO_QUESTIONS, "utf8").trim().split("\n");
  const changed = lines.map((line, i) => {
    const question = JSON.parse(line) as { id: string; prompt: string; group: string };
    const prompt = i % 7 === 0 ? `${HOSTILE}\n${question.prompt}` : question.prompt;
    return JSON.stringify({ ...question, id: `${question.id}${HOSTILE}`, prompt, group: question.group + HOSTILE });
  });
  writeFileSync(path, `${changed.join("\n")}\n`);
}

/** A small run of the demo model on hostile questions, evaluated. @returns its directory */
export async function hostileDemoRun(folder: string): Promise<string> {
  const data = join(folder, "questions.jsonl");
  const out = join(folder, "run");
  writeHostileQuestions(data);
  await succeed(
    ...["run", "--model", DEMO_MODEL, "--sae", DEMO_SAES, "--task", "jsonl", "--data", data, "--threads", "1"],
    ...["--samples", "300", "--validation-samples", "60", "--test-samples", "150", "--variant", "S,A,causal"],
    ...["--candidates", "2", "--grid", "1,2", "--residual-grid", "none", "--top-k", "2"],
    ...["--scales", "0.5,2", "--controls", "random", "--random-draws", "2", "--out", out],
  );
  return out;
}
