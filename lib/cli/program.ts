import type { Command, Option } from "commander";
import { VERSION } from "../version";
import { COMMANDS } from "./commands";
import { ConfigurableCommand } from "./configurable-command";
import { leaves } from "./leaves";

/**
 * The program with all commands, of which those are loaded that `words`, a command line, names; without it all. What goes
 * wrong while parsing is thrown, not printed.
 */
export function createProgram(words?: readonly string[]): Command {
  const named = words ? COMMANDS.filter(({ name }) => words.includes(name)) : COMMANDS;
  const loaded = named.some(({ isOfAll }) => isOfAll) ? COMMANDS : named;
  const program = new ConfigurableCommand("corrsteer")
    .description("Find the SAE features that make a local model right, steer it with them, and prove that it helped")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .configureHelp({ optionDescription: describeOption, subcommandTerm: (command) => command.name() });
  for (const entry of COMMANDS) {
    const command = program.command(entry.name).description(entry.description);
    if (loaded.includes(entry)) entry.load()(command);
  }
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
