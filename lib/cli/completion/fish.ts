import type { CommandWords, FlagWords, ProgramWords } from "./words";

/** One line for each thing that can be typed. */
export function fishCompletion({ name, commands, flags }: ProgramWords): string {
  const complete = (condition: string, rest: string) => `complete -c ${name} -n ${quoted(condition)} ${rest}`;
  const ofCommand = ({ name, flags, argument }: CommandWords) => {
    const seen = `__fish_seen_subcommand_from ${name}`;
    const files = argument === undefined || argument.length > 0 ? [complete(seen, "-f")] : [];
    const values = argument?.length ? [complete(seen, `-a ${quoted(argument.join(" "))}`)] : [];
    return [...files, ...values, ...flags.map((flag) => complete(seen, flagOf(flag)))];
  };
  const lines = [
    `# Completion of ${name} in fish: ${name} completion fish | source`,
    complete("__fish_use_subcommand", "-f"),
    ...flags.map((flag) => complete("__fish_use_subcommand", flagOf(flag))),
    ...commands.map(({ name, text }) => complete("__fish_use_subcommand", `-a ${name} -d ${quoted(text)}`)),
    ...commands.flatMap(ofCommand),
  ];
  return `${lines.join("\n")}\n`;
}

function flagOf({ flag, text, values }: FlagWords): string {
  const value = values === undefined ? "" : values.length > 0 ? ` -x -a ${quoted(values.join(" "))}` : " -r -F";
  return `-l ${flag.replace("--", "")}${value} -d ${quoted(text)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
