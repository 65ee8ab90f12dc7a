import { transferLines } from "../../../lib/cli/commands/transfer";
import type { TransferMatrix } from "../../../lib/pipeline/transfer-matrix";
import { manifest } from "../../support/manifest";

const { model, task, versions } = manifest();

function matrixOf(...runs: string[]): TransferMatrix {
  const [baseline, meanScore, pValue] = [0.4, 0.5, 0.01];
  const comparison = {
    ...{
      against: "baseline",
      difference: 0.1,
      interval: [0.05, 0.15] as [number, number],
      test: "mid-p McNemar" as const,
    },
    ...{ pValue, adjustedP: pValue, changes: { gained: 1, lost: 0, kept: 1, neither: 1 } },
  };
  return {
    ...{ format: 1, versions, model, variant: "A", notes: [] },
    sources: runs.map((run) => ({ run, task: task.name, nFeatures: 1 })),
    targets: runs.map((run) => ({ run, task, n: 9, leftOut: 0, metric: "accuracy", baseline, interval: [0.3, 0.5] })),
    cells: runs.flatMap((target) => runs.map((source) => ({ source, target, meanScore, comparison }))),
  } as unknown as TransferMatrix;
}

const LONG = ["jsonl-questions-model-1-01234567", "jsonl-questions-model-2-89abcdef"];

test("heads columns by the runs' names, where these are long by their ends, with rows in full", () => {
  const [header, unsteered, ...rows] = transferLines(matrixOf(...LONG));
  expect(header).toMatch(/^A of \\ on +jsonl-ques…-01234567 +jsonl-ques…-89abcdef$/);
  expect(unsteered).toMatch(/^no steering +40.0 +40.0$/);
  for (const [i, name] of LONG.entries()) expect(rows[i]).toMatch(new RegExp(`^${name} +50.0 .*50.0 `));
});

test("heads columns by names in full where they are short, or their ends alike", () => {
  expect(transferLines(matrixOf("a/arc", "b/arc"))[0]).toMatch(/ +a\/arc +b\/arc$/);
  const alike = ["questions-of-one-model-42", "questions-of-two-model-42"];
  expect(transferLines(matrixOf(...alike))[0]).toContain(alike.join("  "));
});
