import type { Command } from "commander";
import { invalidArgument } from "../errors";
import { configSchema } from "./config-schema";
import { interruptible } from "./interruptible";
import { printJson } from "./output";

export function addSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON schema of a command's YAML file (--config), for editors")
    .argument("[command]", "which command's", "run")
    .action(
      interruptible((_signal, name: string) => {
        const command = program.commands.find((command) => command.name() === name);
        const names = program.commands.map((command) => command.name()).join(", ");
        if (!command) throw invalidArgument("command", `one of ${names}`, name);
        printJson(configSchema(command));
        return Promise.resolve();
      }),
    );
}
