import type { Command } from "commander";
import { commandNamed } from "../command-named";
import { configSchema } from "../config-schema";
import { interruptible } from "../interruptible";
import { printJson } from "../output";

export function addSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON schema of a command's YAML file (--config), for editors")
    .argument("[command...]", "which command's", ["run"])
    .action(
      interruptible((_signal, words: string[]) => {
        printJson(configSchema(commandNamed(program, words.join(" "))));
        return Promise.resolve();
      }),
    );
}
