// ci-summary.mjs <folder> <status>: the closing line of .ci/run, from the result files of ctest and Jest. Fails when the
// runners' files say so, or when one is missing although all steps passed.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, status] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
const files = [join(folder, "ctest.xml"), join(folder, "jest.json")];

if (existsSync(files[0])) {
  const suite = /<testsuite\b[^>]*>/.exec(readFileSync(files[0], "utf8"))[0];
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  total.failed += count("failures");
  total.skipped += count("skipped") + count("disabled");
  total.passed += count("tests") - count("failures") - count("skipped") - count("disabled");
}
if (existsSync(files[1])) {
  const result = JSON.parse(readFileSync(files[1], "utf8"));
  total.passed += result.numPassedTests;
  total.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  total.skipped += result.numPendingTests + result.numTodoTests;
}
const broken = status !== "0" || !files.every((file) => existsSync(file));
if (broken && total.failed === 0) total.failed = 1;
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = total.failed > 0 ? 1 : 0;
