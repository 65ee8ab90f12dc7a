import type { Command, Option } from "commander";
import { VERSION } from "../version";
import { addAsk } from "./commands/ask";
import { addBuild } from "./commands/build";
import { addCache } from "./commands/cache";
import { addCapture } from "./commands/capture";
import { addCollect } from "./commands/collect";
import { addCompare } from "./commands/compare";
import { addCompletion } from "./commands/completion";
import { ConfigurableCommand } from "./config";
import { addDemo } from "./commands/demo";
import { addDoctor } from "./commands/doctor";
import { addDrift } from "./commands/drift";
import { addEncode } from "./commands/encode";
import { addEvaluate } from "./commands/evaluate";
import { addGenerate } from "./commands/generate";
import { addInit } from "./commands/init";
import { addInspect } from "./commands/inspect";
import { addInstall } from "./commands/install";
import { leaves } from "./leaves";
import { addModels } from "./commands/models";
import { addRank } from "./commands/rank";
import { addReport } from "./commands/report";
import { addRun } from "./commands/run";
import { addSae } from "./commands/sae";
import { addSchema } from "./commands/schema";
import { addSelect } from "./commands/select";
import { addTasks } from "./commands/tasks";
import { addTransfer } from "./commands/transfer";

/** All commands, in the order of the help. What goes wrong while parsing is thrown, not printed. */
export function createProgram(): Command {
  const program = new ConfigurableCommand("corrsteer")
    .description("Find the SAE features that make a local model right, steer it with them, and prove that it helped")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: describeOption });
  addRun(program);
  addCollect(program);
  addRank(program);
  addSelect(program);
  addEvaluate(program);
  addReport(program);
  addTransfer(program);
  addCompare(program);
  addAsk(program);
  addGenerate(program);
  addCapture(program);
  addEncode(program);
  addModels(program);
  addInspect(program);
  addSae(program);
  addDrift(program);
  addDoctor(program);
  addCache(program);
  addTasks(program);
  addDemo(program);
  addInit(program);
  addInstall(program);
  addBuild(program);
  addSchema(program);
  addCompletion(program);
  for (const command of leaves(program)) {
    command
      .option("--quiet", "nothing on stderr but errors and warnings")
      .option("--config <file>", "YAML file with any of these options, by their names in camelCase");
  }
  return program;
}

function describeOption(option: Option): string {
  return option.mandatory ? `${option.description} (required)` : option.description;
}
