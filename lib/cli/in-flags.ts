import type { Command } from "commander";
import { errorCode, invalidArgument, outOfRange, SteeringError } from "../errors";
import { DeclaredOption } from "./declared-options";

/** The library's error for a wrong option, in the words of the command line: `--context`, not `contextTokens`. */
export function inFlags(error: unknown, command: Command): unknown {
  const code = errorCode(error);
  const flags = new Map(command.options.map((option) => [nameOf(option), option]));
  if (code === "ERR_CONTEXT_FULL") return withContextFlag(error as SteeringError, flags.get(CONTEXT));
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
