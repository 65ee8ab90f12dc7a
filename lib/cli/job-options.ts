import type { Command } from "commander";
import { collectSettings } from "../collect/options";
import { controlOptions } from "../evaluate/controls/options";
import { pipelineOptions, type PipelineOptions } from "../pipeline/pipeline";
import { rankSettings } from "../rank/options";
import { choiceOptions } from "../select/options";
import { addDeclared, declared } from "./declared-options";
import { addSetupOptions } from "./setup-options";

/** What a whole run is made of, and how its stages work. */
export function addJobOptions(command: Command): Command {
  addSetupOptions(command);
  addDeclared(command, "Collecting:", collectSettings);
  addDeclared(command, "Ranking:", rankSettings);
  addDeclared(command, "Selecting:", choiceOptions.omit({ neutralText: true })); // evaluation has it too
  return addDeclared(command, "Evaluating:", controlOptions);
}

/** Those that were given. */
export function jobOptions(flags: object): PipelineOptions {
  return { ...(declared(pipelineOptions, flags) as PipelineOptions), rank: declared(rankSettings, flags) };
}
