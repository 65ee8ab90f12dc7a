import type { Command } from "commander";
import { errorCode, invalidArgument, outOfRange, SteeringError } from "../errors";
import { aboutOf } from "../options/option";
import { runMismatch, type Difference, type Spell } from "../run/mismatch";
import { DeclaredOption } from "./declared-options";

/** A command's options, by the library's names. */
type Flags = ReadonlyMap<string, Command["options"][number]>;

/** The library's error for a wrong option, in the words of the command line: `--context`, not `contextTokens`. */
export function inFlags(error: unknown, command: Command): unknown {
  const code = errorCode(error);
  const flags: Flags = new Map(command.options.map((option) => [nameOf(option), option]));
  if (code === "ERR_CONTEXT_FULL") return withContextFlag(error as SteeringError, flags.get(CONTEXT));
  if (code === "ERR_RUN_MISMATCH") return mismatchInFlags(error as SteeringError, flags);
  if (code !== "ERR_INVALID_ARGUMENT" && code !== "ERR_OUT_OF_RANGE") return error;
  const { name, expected, actual } = (error as { details?: Record<string, unknown> }).details ?? {};
  const flag = typeof name === "string" ? flags.get(name) : undefined;
  if (!flag || typeof expected !== "string") return error;
  const spelled = expected.replaceAll(/\b(\w+) "([^"]+)"/g, (whole, name: string, value: string) => {
    const other = flags.get(name);
    if (!(other instanceof DeclaredOption)) return whole;
    return other.required ? `${other.long} ${value}` : other.long!;
  });
  const make = code === "ERR_OUT_OF_RANGE" ? outOfRange : invalidArgument;
  return Object.assign(make(flag.long!, spelled, actual), { cause: error });
}

function mismatchInFlags(error: SteeringError, flags: Flags): SteeringError {
  const { directory, differences } = error.details as { directory: string; differences?: readonly Difference[] };
  if (!differences) return error; // of another kind
  const spell: Spell = ({ option, found, asked }) => {
    const flag = flags.get(option);
    const means = flag instanceof DeclaredOption ? aboutOf(flag.schema)?.means : undefined;
    const [before, now] = [found, asked].map((value) => {
      if (means === undefined) return value;
      return value === JSON.stringify(means.value) ? "given" : "not given";
    });
    return `${flag?.long ?? option}: found ${before!}, asked for ${now!}`;
  };
  return runMismatch(directory, differences, spell);
}

const CONTEXT = "contextTokens";

/** What helps against a full context is an option of most commands. */
function withContextFlag(error: SteeringError, flag: Command["options"][number] | undefined): SteeringError {
  if (!flag) return error;
  const { code, message, details } = error;
  return new SteeringError(code, message.replace(CONTEXT, flag.long!), details, { cause: error });
}

function nameOf(option: Command["options"][number]): string {
  return option instanceof DeclaredOption ? option.option : option.attributeName();
}
