import type { CommandWords, FlagWords, ProgramWords } from "./words";

/** The functions of zsh's own completion system do the work. */
export function zshCompletion({ name, commands, flags }: ProgramWords): string {
  return `#compdef ${name}
# Completion of ${name} in zsh: source <(${name} completion zsh), after compinit
_${name}() {
  if ((CURRENT == 2)); then
    local -a commands=(
${commands.map(({ name, text }) => `      ${quoted(`${name}:${text}`)}`).join("\n")}
    )
    _describe -t commands command commands
    _arguments ${flags.map(argumentOf).join(" ")}
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${commands.map(caseOf).join("\n")}
  esac
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function caseOf({ name, flags, argument }: CommandWords): string {
  const positional = argument === undefined ? [] : [quoted(`*:argument:${actionOf(argument)}`)];
  return `    ${name}) _arguments \\
${[...flags.map(argumentOf), ...positional].map((spec) => `      ${spec}`).join(" \\\n")} ;;`;
}

function argumentOf({ flag, text, values, isRepeated }: FlagWords): string {
  const told = `${isRepeated ? "*" : ""}${flag}[${text.replaceAll(/[[\]:\\]/g, "\\$&")}]`;
  return quoted(values === undefined ? told : `${told}:value:${actionOf(values)}`);
}

function actionOf(values: readonly string[]): string {
  return values.length > 0 ? `(${values.join(" ")})` : "_files";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
