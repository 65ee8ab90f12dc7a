import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Evaluation } from "../../../lib/evaluate/evaluation";
import { machine, readMade, writeMade } from "../../../lib/evaluate/made";
import { jsonText } from "../../../lib/files/json";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const path = join(folder, "evaluation-made.json");
const evaluation = (headline: string) => ({ headline }) as Evaluation;
const how = (seconds: number) => ({ seconds, machine: machine("cpu", { threads: 3 }) });

async function evaluated(headline: string, seconds: number): Promise<void> {
  writeFileSync(join(folder, "evaluation.json"), jsonText(evaluation(headline)));
  await writeMade(folder, evaluation(headline), how(seconds));
}

afterEach(() => {
  rmSync(path, { force: true });
});

it("says when, in how long and on what an evaluation was made", async () => {
  const before = Date.now();
  await evaluated("A", 12.5);

  const made = await readMade(folder);

  expect(made).toMatchObject({ seconds: 12.5, machine: { device: "cpu", threads: 3 } });
  expect(made!.machine.cores).toBeGreaterThan(0);
  expect(Math.abs(Date.parse(made!.date) - before)).toBeLessThan(60_000);
});

it("stays as it was when the same is found again, and goes with another evaluation", async () => {
  await evaluated("A", 1);
  const first = readFileSync(path, "utf8");

  await evaluated("A", 2);
  expect(readFileSync(path, "utf8")).toBe(first);
  await evaluated("B", 2);
  expect(await readMade(folder)).toMatchObject({ seconds: 2 });
});

it("is not told of another evaluation, nor where there is none", async () => {
  expect(await readMade(folder)).toBeUndefined();
  await evaluated("A", 1);
  writeFileSync(join(folder, "evaluation.json"), jsonText(evaluation("B")));

  expect(await readMade(folder)).toBeUndefined();
});

it("is refused where it is broken, and written anew", async () => {
  writeFileSync(path, "{}");

  await expect(readMade(folder)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  await evaluated("A", 1);
  expect(await readMade(folder)).toMatchObject({ seconds: 1 });
});
