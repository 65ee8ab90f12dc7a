import { type Command, Argument } from "commander";
import { installBackend } from "../../doctor/install";
import { ADDED_BACKENDS, type AddedBackend } from "../../native/plugins";
import { interruptible } from "../interruptible";
import { printLines } from "../output";

export function addInstall(command: Command): void {
  command.addArgument(new Argument("<backend>").choices(ADDED_BACKENDS)).action(interruptible(install));
}

async function install(_signal: AbortSignal, backend: AddedBackend): Promise<void> {
  const wanted = await installBackend(backend, {
    onCommand: (command) => {
      printLines([command]);
    },
  });
  printLines([`${wanted} is installed; \`corrsteer doctor\` tries it`]);
}
