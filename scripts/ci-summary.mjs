// ci-summary.mjs <folder> <status>: the closing lines of .ci/run, from the result files of ctest and Jest: the slowest files
// of tests, and the counts. Fails when the files say so, or when one is missing although all steps passed.
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const [folder, status] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const ctest = join(folder, "ctest.xml");
const jest = ["jest.json", "slow.json", "device/jest.json", "scorer-models.json", "engines.json"].map((name) =>
  join(folder, name),
);

if (existsSync(ctest)) {
  const suite = /<testsuite\b[^>]*>/.exec(readFileSync(ctest, "utf8"))[0];
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  total.failed += count("failures");
  total.skipped += count("skipped") + count("disabled");
  total.passed += count("tests") - count("failures") - count("skipped") - count("disabled");
}
const took = [];
for (const file of jest.filter(existsSync)) {
  const result = JSON.parse(readFileSync(file, "utf8"));
  for (const { name, startTime, endTime } of result.testResults)
    took.push([(endTime - startTime) / 1000, basename(name)]);
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  total.skipped += result.numPendingTests + result.numTodoTests;
}
const slowest = took.sort(([a], [b]) => b - a).slice(0, 40);
console.log(`\n${slowest.map(([seconds, name]) => `${seconds.toFixed(0)} s ${name}`).join("\n")}`);
const broken = status !== "0" || ![ctest, ...jest].every(existsSync);
if (broken && total.failed === 0) total.failed = 1;
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = total.failed > 0 ? 1 : 0;
