import { Argument, type Command } from "commander";
import { bashCompletion } from "../completion/bash";
import { fishCompletion } from "../completion/fish";
import { programWords } from "../completion/words";
import { zshCompletion } from "../completion/zsh";
import { interruptible } from "../interruptible";
import { printText } from "../output";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof SHELLS;

export function addCompletion(command: Command): void {
  command.addArgument(new Argument("<shell>", "which one").choices(Object.keys(SHELLS))).action(
    interruptible((_signal, shell: Shell) => {
      printText(SHELLS[shell](programWords(command.parent!)));
      return Promise.resolve();
    }),
  );
}
