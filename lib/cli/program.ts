import type { Command, Option } from "commander";
import { VERSION } from "../version";
import { addAsk } from "./ask";
import { addBuild } from "./build";
import { addCache } from "./cache";
import { addCapture } from "./capture";
import { addCollect } from "./collect";
import { addCompare } from "./compare";
import { addCompletion } from "./completion";
import { ConfigurableCommand } from "./config";
import { addDemo } from "./demo";
import { addDoctor } from "./doctor";
import { addDrift } from "./drift";
import { addEncode } from "./encode";
import { addEvaluate } from "./evaluate";
import { addGenerate } from "./generate";
import { addInit } from "./init";
import { addInspect } from "./inspect";
import { addInstall } from "./install";
import { leaves } from "./leaves";
import { addModels } from "./models";
import { addRank } from "./rank";
import { addReport } from "./report";
import { addRun } from "./run";
import { addSae } from "./sae";
import { addSchema } from "./schema";
import { addSelect } from "./select";
import { addTasks } from "./tasks";
import { addTransfer } from "./transfer";

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
