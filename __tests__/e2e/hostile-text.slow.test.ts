import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACTING } from "../support/acting";
import { model, saes } from "../support/command-line";
import { corrsteer, DEMO_MODEL, DEMO_QUESTIONS, DEMO_SAES, ON_DEMO, succeed } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
/** Writes the clipboard, forges a line, turns round what follows. */
const HOSTILE = "x\u001b]52;c;aGk=\u0007\nS 100.0 %\u202e\u009b2J";
const SHOWN = "x\\u001b]52;c;aGk=\\u0007\\nS 100.0 %\\u202e\\u009b2J";

/** The command ended so, and everything it said is seen: each thing it was told in one line. */
async function expectShown(code: number, ...args: readonly string[]): Promise<string> {
  const outcome = await corrsteer(...args);
  const text = outcome.stdout + outcome.stderr;
  expect(text).not.toMatch(ACTING);
  expect(text).not.toMatch(/^S 100\.0 %/m);
  expect(text.replaceAll("\\n", " ")).toContain(SHOWN.replaceAll("\\n", " ")); // an error is one line whatever it says
  expect(outcome.code).toBe(code);
  return text;
}

test("names of folders in a table, and in errors", async () => {
  const set = join(folder, "saes");
  cpSync(saes, set, { recursive: true });
  cpSync(join(saes, "blocks.0.hook_resid_post"), join(folder, HOSTILE), { recursive: true });

  await expectShown(0, "inspect", join(folder, HOSTILE));
  writeFileSync(join(folder, HOSTILE, "cfg.json"), "{");
  await expectShown(1, "inspect", join(folder, HOSTILE));
  await expectShown(2, "generate", "--model", model, "--prompt-file", join(folder, `${HOSTILE}-not-there`));
});

test("an option that is none", async () => {
  await expectShown(2, "generate", "--model", model, "--prompt", "a", `--${HOSTILE}`);
  await expectShown(2, "doctor", "--config", config({ [HOSTILE]: 1 }));
});

test("names and texts of a profile", async () => {
  const task = join(__dirname, "printable-task.mjs");
  const run = join(folder, "run");
  await succeed(
    ...["run", "--model", model, "--sae", saes, "--task", task, "--data", "questions-60", "--threads", "1"],
    ...["--variant", "S", "--significance", "none", "--controls", "none", "--scales", "none", "--out", run],
  );
  const path = join(run, "profiles", "S.steer.json");
  const profile = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...profile, name: HOSTILE, task: HOSTILE }));

  await expectShown(0, "inspect", path);
  await expectShown(1, "generate", "--model", DEMO_MODEL, "--prompt", "1+1=", "--steer", path); // of another shape
});

test("questions, whether they can be read or not, and where the run goes", async () => {
  const [first, ...others] = readFileSync(DEMO_QUESTIONS, "utf8").trim().split("\n");
  const question = JSON.parse(first!) as { id: string };
  const ids = [question.id, ...others.map((line) => (JSON.parse(line) as { id: string }).id)];
  const bad = join(folder, "bad.jsonl");
  const good = join(folder, "good.jsonl");
  const lines = (changes: object) => `${[JSON.stringify({ ...question, ...changes }), ...others].join("\n")}\n`;
  writeFileSync(bad, lines({ id: HOSTILE, choices: [HOSTILE, "b"] }));
  writeFileSync(good, lines({ id: HOSTILE }));
  expect(ids).not.toContain(HOSTILE);

  await expectShown(1, "collect", ...ON_DEMO, "--task", "jsonl", "--data", bad, "--out", join(folder, "none"));
  const out = join(folder, `${HOSTILE}-out`);
  await expectShown(0, "collect", ...ON_DEMO, "--task", "jsonl", "--data", good, "--samples", "20", "--out", out);
  await expectShown(1, "rank", join(folder, `${HOSTILE}-nowhere`));
  await expectShown(1, "collect", "--model", DEMO_MODEL, "--sae", DEMO_SAES, "--task", "jsonl", "--data", join(folder, HOSTILE, "q"), "--out", out); // prettier-ignore
});

test("a report of such a folder repeats its command in the shell's own words", async () => {
  const run = join(folder, `${HOSTILE}-run`);
  const data = join(folder, `${HOSTILE}-data`);
  mkdirSync(data);
  cpSync(DEMO_QUESTIONS, join(data, `${HOSTILE}.jsonl`));
  const stdout = await succeed(
    ...["run", ...ON_DEMO, "--task", "jsonl", "--data", join(data, `${HOSTILE}.jsonl`), "--samples", "200"],
    ...["--validation-samples", "40", "--test-samples", "60", "--variant", "S", "--controls", "none", "--out", run],
  );

  expect(stdout).not.toMatch(ACTING);
  const page = readFileSync(join(run, "report.html"), "utf8");
  expect(page).not.toMatch(ACTING);
  expect(page).toContain(`--data $&#39;${SHOWN}.jsonl&#39;`);
});

function config(options: object): string {
  const path = join(folder, "config.yaml");
  writeFileSync(path, JSON.stringify(options));
  return path;
}
