import type { Command } from "commander";
import { writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { writeError } from "../../files/write-error";
import { commandNamed } from "../command-named";
import { configTemplate } from "../config-template";
import { interruptible } from "../interruptible";
import { printLines } from "../output";

/** JSON schemas of the files of all commands: the build writes them. */
const SCHEMAS = join(__dirname, "..", "..", "schemas");

interface Flags {
  out?: string;
}

export function addInit(command: Command): void {
  command
    .argument("[command...]", "which command's", ["run"])
    .option("--out <file>", "the file, a new one (default: <command>.yaml)")
    .action(interruptible(init));

  async function init(
    _signal: AbortSignal,
    words: string[],
    { out = `${words.join("-")}.yaml` }: Flags,
  ): Promise<void> {
    const wanted = commandNamed(command.parent!, words.join(" "));
    const call = `${wanted.createHelp().commandUsage(wanted).replace(" [options]", "")} --config ${out}`;
    const text = configTemplate(wanted, [`yaml-language-server: $schema=${schemaFrom(out, words.join("-"))}`, call]);
    await writeFile(out, text, { flag: "wx" }).catch((error: unknown) => {
      throw writeError(out, error);
    });
    printLines([`${out}: give what is required, then ${call}`]);
  }
}

/** As the file says it: from its own folder. */
function schemaFrom(file: string, command: string): string {
  return relative(dirname(resolve(file)), join(SCHEMAS, `${command}.json`)).replaceAll(sep, "/");
}
