import type { Argument, Command, Option } from "commander";
import { bare } from "../../options/option";
import { DeclaredOption } from "../declared-options";

/** What can be typed: the command tree, as shells need it. */
export interface ProgramWords {
  readonly name: string;
  readonly commands: readonly CommandWords[];
  readonly flags: readonly FlagWords[];
}

export interface CommandWords {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly FlagWords[];
  /** Of its first argument; undefined for a command that takes none. Empty where it is a path or anything else. */
  readonly argument: readonly string[] | undefined;
}

export interface FlagWords {
  /** "--max-tokens" */
  readonly flag: string;
  readonly text: string;
  /** Those that it has to be one of, or empty for a path or anything else; undefined for a flag without a value. */
  readonly values: readonly string[] | undefined;
  readonly isRepeated: boolean;
}

export function programWords(program: Command): ProgramWords {
  const help = program.createHelp();
  const flagsOf = (command: Command) => help.visibleOptions(command).map(flagWords);
  const commands = help.visibleCommands(program).map((command) => ({
    name: command.name(),
    text: command.description(),
    flags: flagsOf(command),
    argument:
      command.commands.length > 0
        ? command.commands.map((inner) => inner.name())
        : argumentOf(command.registeredArguments),
  }));
  return { name: program.name(), commands, flags: flagsOf(program) };
}

function argumentOf([first]: readonly Argument[]): readonly string[] | undefined {
  return first && (first.argChoices ?? []);
}

function flagWords(option: Option): FlagWords {
  const takesValue = option.required || option.optional;
  return {
    flag: option.long!,
    text: option.description.replace(/ \(default: .*\)$/s, ""),
    values: takesValue ? valuesOf(option) : undefined,
    isRepeated: option.variadic,
  };
}

function valuesOf(option: Option): readonly string[] {
  if (!(option instanceof DeclaredOption)) return option.argChoices ?? [];
  const { def } = bare(option.schema)._zod;
  return def.type === "enum" ? Object.values(def.entries).map(String) : [];
}
