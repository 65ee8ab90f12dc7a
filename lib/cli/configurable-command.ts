import { Command, type ParseOptionsResult } from "commander";

/** A command whose options may also come from the YAML file of `--config`. */
export class ConfigurableCommand extends Command {
  override createCommand(name?: string): Command {
    return new ConfigurableCommand(name);
  }

  override parseOptions(args: string[]): ParseOptionsResult {
    const result = super.parseOptions(args);
    const file: unknown = this.getOptionValue("config");
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- what reads YAML is loaded where there is a file
    if (typeof file === "string") (require("./config") as typeof import("./config")).applyConfig(this, file);
    return result;
  }
}
