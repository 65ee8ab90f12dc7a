import type { Command } from "commander";

/** The commands that do something: not those that group others. */
export function leaves({ commands }: Command): Command[] {
  return commands.flatMap((command) => (command.commands.length > 0 ? leaves(command) : [command]));
}

/** As it is typed after the program's name. */
export function wordsOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${wordsOf(parent)} ${command.name()}` : command.name();
}
