import { Command, type ParseOptionsResult } from "commander";

/** The name of a first argument that may be such a file, too. */
export const CONFIG_ARGUMENT = "run.yaml";

/** A command whose options may also come from the YAML file of `--config`. */
export class ConfigurableCommand extends Command {
  override createCommand(name?: string): Command {
    return new ConfigurableCommand(name);
  }

  override parseOptions(args: string[]): ParseOptionsResult {
    const result = super.parseOptions(args);
    const file: unknown = this.getOptionValue("config") ?? this.configArgument(result);
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what reads YAML is loaded where there is a file
    if (typeof file === "string") (require("./config") as typeof import("./config")).applyConfig(this, file);
    return result;
  }

  /** What stands before the options is known to the command above alone. */
  private configArgument({ operands }: ParseOptionsResult): string | undefined {
    if (this.registeredArguments[0]?.name() !== CONFIG_ARGUMENT) return undefined;
    const [, first] = this.parent?.args ?? [];
    return first?.startsWith("-") === false ? first : operands[0];
  }
}
