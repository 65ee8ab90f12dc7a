import type { CommandWords, FlagWords, ProgramWords } from "./words";

/** Where nothing of ours is offered, bash offers files. */
export function bashCompletion({ name, commands, flags }: ProgramWords): string {
  return `# Completion of ${name} in bash: source <(${name} completion bash)
_${name}() {
  local command=\${COMP_WORDS[1]} previous=\${COMP_WORDS[COMP_CWORD - 1]} current=\${COMP_WORDS[COMP_CWORD]}
  local words="" flags=""
  if ((COMP_CWORD == 1)); then
    words="${[...commands.map(({ name }) => name), ...flags.map(({ flag }) => flag)].join(" ")}"
  else
    case "$command" in
${commands.map(caseOf).join("\n")}
    esac
    if [[ $current == -* ]]; then words=$flags; fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _${name} ${name}
`;
}

function caseOf({ name, flags, argument }: CommandWords): string {
  const own = flags.map(({ flag }) => flag).join(" ");
  return `      ${name})
        flags="${own}"
        case "$previous" in
${flags.flatMap(valueCase).join("\n")}
          *) words="${argument === undefined ? own : argument.join(" ")}" ;;
        esac ;;`;
}

function valueCase({ flag, values }: FlagWords): string[] {
  return values === undefined ? [] : [`          ${flag}) words="${values.join(" ")}" ;;`];
}
