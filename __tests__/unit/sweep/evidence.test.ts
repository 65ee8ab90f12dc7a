import { Command } from "commander";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { applyConfig, applyOptions } from "../../../lib/cli/config";
import { addJobOptions, jobOptions } from "../../../lib/cli/job-options";
import { addTrain } from "../../../lib/cli/commands/train";
import { readSweep } from "../../../lib/sweep/expand";

const folder = join(__dirname, "..", "..", "..", "scripts", "evidence");
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
const trainings = files.filter((name) => name.startsWith("saes-"));
const sweeps = files.filter((name) => !trainings.includes(name));

it.each(sweeps)("has options of run alone, and one divergence for all methods, in each cell of %s", async (name) => {
  const cells = await readSweep(join(folder, name));
  for (const cell of cells) {
    const command = addJobOptions(new Command("run"));
    applyOptions(command, cell.name, cell.options);
    expect(jobOptions(command.opts())).toMatchObject({ equalKl: 0.1, promptStyle: "chat" });
  }
  expect(cells.length).toBeGreaterThan(0);
});

it.each(trainings)("has options of train alone in %s", (name) => {
  const command = new Command("train");
  addTrain(command);
  expect(() => applyConfig(command, join(folder, name))).not.toThrow();
});
