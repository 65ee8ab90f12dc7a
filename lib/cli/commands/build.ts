import type { Command } from "commander";
import { buildAddon } from "../../doctor/build";
import { interruptible } from "../interruptible";
import { printLines } from "../output";

export function addBuild(command: Command): void {
  command.action(interruptible(build));
}

async function build(): Promise<void> {
  printLines([`${await buildAddon()} is built; \`corrsteer doctor\` tries it`]);
}
