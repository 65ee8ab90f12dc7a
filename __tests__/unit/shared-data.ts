import { existsSync } from "node:fs";
import { join } from "node:path";

/** The real benchmark files, which only some machines have. */
export const sharedData = join(__dirname, "../../../shared/data");

/** `describe` where the benchmark files are there; elsewhere the report shows why the tests are skipped. */
export function describeWithSharedData(name: string, tests: () => void): void {
  if (existsSync(sharedData)) describe(name, tests);
  else describe.skip(`${name} (skipped: ../shared/data is absent)`, tests);
}
