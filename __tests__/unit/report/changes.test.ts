import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ArmSummary } from "../../../lib/evaluate/evaluation";
import { readChanges } from "../../../lib/report/changes";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

const arm = (name: string, role: ArmSummary["role"], comparedWith: string | null): ArmSummary =>
  ({ name, role, comparison: comparedWith === null ? null : { with: comparedWith } }) as ArmSummary;

const ARMS = [
  arm("baseline", "baseline", null),
  arm("A", "profile", "baseline"),
  arm("baseline-constrained", "constrained", "baseline"),
  arm("A-constrained", "constrained", "baseline-constrained"),
  arm("random-A-1", "random", "baseline"),
];

const answer = (completion: string, score: number) => ({ completion, score, generatedTokens: 1, stopReason: "end" });

/** An arm that is not given answers as the baseline does. */
function write(samples: readonly Record<string, readonly [string, number]>[]): void {
  const lines = samples.map((arms, i) => ({
    ...{ id: `q${i}`, prompt: "?", expected: "B" },
    arms: Object.fromEntries(ARMS.map(({ name }) => [name, answer(...(arms[name] ?? arms["baseline"]!))])),
  }));
  writeFileSync(join(folder, "evaluation-samples.jsonl"), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

it("tells the four kinds of change, and leaves out what stayed", async () => {
  write([
    { baseline: ["A", 0], A: ["B", 1] },
    { baseline: ["B", 1], A: ["A", 0] },
    { baseline: ["A", 0], A: ["C", 0] },
    { baseline: ["B", 1], A: [" B", 1] },
    { baseline: ["B", 1], A: ["B", 1] },
  ]);

  const { arms, rows } = await readChanges(folder, { n: 5, arms: ARMS });

  expect(arms).toEqual(["A"]);
  expect(rows.map(({ id, changes }) => [id, changes["A"]])).toEqual([
    ["q0", { kind: "wrongToRight", from: "A", to: "B" }],
    ["q1", { kind: "rightToWrong", from: "B", to: "A" }],
    ["q2", { kind: "wrongToOtherWrong", from: "A", to: "C" }],
    ["q3", { kind: "rightToOtherRight", from: "B", to: " B" }],
  ]);
});

it("compares an arm with the arm that it is compared with, and passes over draws", async () => {
  write([
    {
      ...{ baseline: ["", 0], A: ["", 0], "random-A-1": ["B", 1] },
      ...{ "baseline-constrained": ["A", 0], "A-constrained": ["B", 1] },
    },
  ]);

  const { arms, rows } = await readChanges(folder, { n: 1, arms: ARMS });

  expect(arms).toEqual(["baseline-constrained", "A-constrained"]);
  expect(rows[0]!.changes["A-constrained"]).toMatchObject({ kind: "wrongToRight", from: "A", to: "B" });
});

it("keeps to 5,000 questions and counts the others", async () => {
  write(Array.from({ length: 5003 }, () => ({ baseline: ["A", 0], A: ["B", 1] })));

  const { rows, nLeftOut } = await readChanges(folder, { n: 5003, arms: ARMS });

  expect([rows.length, nLeftOut]).toEqual([5000, 3]);
});

it("refuses a file of another evaluation: other questions, or other arms", async () => {
  write([{ baseline: ["A", 0] }]);

  await expect(readChanges(folder, { n: 2, arms: ARMS })).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  const other = [...ARMS, arm("P", "profile", "baseline")];
  await expect(readChanges(folder, { n: 1, arms: other })).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
});
