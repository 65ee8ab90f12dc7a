import type { Command } from "commander";
import { invalidArgument } from "../errors";

/** @throws ERR_INVALID_ARGUMENT for none of the program's */
export function commandNamed(program: Command, name: string): Command {
  const command = program.commands.find((command) => command.name() === name);
  const names = program.commands.map((command) => command.name()).join(", ");
  if (!command) throw invalidArgument("command", `one of ${names}`, name);
  return command;
}
