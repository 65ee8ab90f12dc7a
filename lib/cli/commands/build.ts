import type { Command } from "commander";
import { buildAddon } from "../../doctor/build";
import { interruptible } from "../interruptible";
import { printLines } from "../output";

export function addBuild(program: Command): void {
  program
    .command("build")
    .description("compile the native addon here, for a platform that none is prebuilt for")
    .action(interruptible(build));
}

async function build(): Promise<void> {
  printLines([`${await buildAddon()} is built; \`corrsteer doctor\` tries it`]);
}
