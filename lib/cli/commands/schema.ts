import type { Command } from "commander";
import { commandNamed } from "../command-named";
import { configSchema } from "../config-schema";
import { interruptible } from "../interruptible";
import { printJson } from "../output";

export function addSchema(command: Command): void {
  command.argument("[command...]", "which command's", ["run"]).action(
    interruptible((_signal, words: string[]) => {
      printJson(configSchema(commandNamed(command.parent!, words.join(" "))));
      return Promise.resolve();
    }),
  );
}
