import type { Command } from "commander";
import { invalidArgument } from "../errors";
import { leaves, wordsOf } from "./leaves";

/** @throws ERR_INVALID_ARGUMENT for none of the program's */
export function commandNamed(program: Command, name: string): Command {
  const commands = leaves(program);
  const command = commands.find((command) => wordsOf(command) === name);
  if (!command) throw invalidArgument("command", `one of ${commands.map(wordsOf).join(", ")}`, name);
  return command;
}
