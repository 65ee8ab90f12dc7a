import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bashCompletion } from "../../../lib/cli/completion/bash";
import { fishCompletion } from "../../../lib/cli/completion/fish";
import { programWords } from "../../../lib/cli/completion/words";
import { zshCompletion } from "../../../lib/cli/completion/zsh";
import { createProgram } from "../../../lib/cli/program";
import { temporaryFolder } from "../../support/temporary-folder";

// Each shell completes what stands before the cursor, with its own machinery.

const folder = temporaryFolder();
const words = programWords(createProgram());
const isThere = (shell: string) => spawnSync(shell, ["-c", "exit"]).status === 0;

/** The script lies in the folder of this name, where the shell runs as well. */
function run(shell: string, script: string, code: string, ...args: string[]): string {
  writeFileSync(join(folder, "script"), script);
  const { stdout, stderr } = spawnSync(shell, [...args, "-c", code], { cwd: folder, encoding: "utf8" });
  expect(stderr).toBe("");
  return stdout;
}

const LINES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["corrsteer insp", ["inspect"]],
  ["corrsteer run --spl", ["--split"]],
  ["corrsteer run --split ", ["clean", "official"]],
  ["corrsteer report --exp", ["--export"]],
  ["corrsteer report --export o", ["official-json"]],
  ["corrsteer completion ", ["bash", "fish", "zsh"]],
];
const FILES = ["corrsteer run --model scr", "corrsteer inspect scr"];

describe("in bash", () => {
  const complete = (line: string) => {
    const code = `source ./script
      COMP_WORDS=(${line.replace(/ $/, ' ""')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _corrsteer
      printf '%s\\n' "\${COMPREPLY[@]}" | sort; complete -p corrsteer`;
    return run("bash", bashCompletion(words), code).trim().split("\n");
  };

  it.each(LINES)("%s", (line, offered) => {
    expect(complete(line)).toEqual([...offered, "complete -o default -F _corrsteer corrsteer"]);
  });

  it.each(FILES)("%s: files, as where nothing is offered", (line) => {
    expect(complete(line)).toEqual(["complete -o default -F _corrsteer corrsteer"]);
  });
});

(isThere("fish") ? describe : describe.skip)("in fish (skipped without it)", () => {
  const complete = (line: string) =>
    run("fish", fishCompletion(words), `source ./script; complete -C '${line}'`)
      .trim()
      .split("\n")
      .map((line) => line.split("\t")[0]);

  it.each([...LINES, ...FILES.map((line) => [line, ["script"]] as const)])("%s", (line, offered) => {
    expect(complete(line)).toEqual(offered);
  });
});

(isThere("zsh") ? describe : describe.skip)("in zsh (skipped without it)", () => {
  /** The line after the Tab key, in a terminal of its own; read until it says what is expected, or five seconds. */
  const complete = (line: string, expected: string) => {
    const code = `zmodload zsh/zpty zsh/datetime
      zpty -b shell zsh -f -i
      read_until() {
        local seen= part= end=$((EPOCHREALTIME + 5))
        while [[ $seen != *$1* ]] && ((EPOCHREALTIME < end)); do zpty -r -t shell part && seen+=$part || sleep 0.01; done
        print -r -- $seen
      }
      zpty -w shell 'autoload -U compinit; compinit -D -u; source ./script; PS1="READ""Y> "'
      read_until "READY> " > /dev/null
      zpty -w -n shell '${line}'$'\\t'
      read_until '${expected}'`;
    // eslint-disable-next-line no-control-regex -- a terminal's
    return run("zsh", zshCompletion(words), code, "-f").replaceAll(/\u001b\[[\d;?]*[a-zA-Z]|[\0-\u001f]/g, "");
  };

  it.each([
    ["corrsteer insp", "corrsteer inspect"],
    ["corrsteer run --spl", "corrsteer run --split"],
    ["corrsteer run --split o", "corrsteer run --split official"],
    ["corrsteer report --export o", "corrsteer report --export official-json"],
    ["corrsteer completion b", "corrsteer completion bash"],
    ...FILES.map((line) => [line, `${line}ipt`] as const),
  ] as const)("%s", (line, expected) => {
    expect(complete(line, expected)).toContain(expected);
  });
});
