import type { Command } from "commander";
import { errorCode, invalidArgument, outOfRange, SteeringError } from "../errors";
import { aboutOf } from "../options/option";
import { runMismatch, type Difference, type Spell } from "../run/mismatch";
import { DeclaredOption } from "./declared-options";

/** Options by the library's names: the command's own, and beside them those of the commands that it may send to. */
type Flags = ReadonlyMap<string, Command["options"][number]>;

/** Errors that say which option helps. */
const ADVICE = new Set(["ERR_CONTEXT_FULL", "ERR_CHAT_TEMPLATE", "ERR_RUN_INCOMPLETE"]);

/** The library's error for a wrong option, in the words of the command line: `--context`, not `contextTokens`. */
export function inFlags(error: unknown, command: Command): unknown {
  const code = errorCode(error);
  const options = [...(command.parent?.commands ?? []), command].flatMap(({ options }) => options);
  const flags: Flags = new Map(options.map((option) => [nameOf(option), option]));
  if (code === "ERR_INVALID_ARGUMENT" || code === "ERR_OUT_OF_RANGE") return argumentInFlags(error, flags);
  if (code === "ERR_RUN_MISMATCH") return mismatchInFlags(error as SteeringError, flags);
  if (code === undefined || !ADVICE.has(code)) return error;
  const { code: own, message, details } = error as SteeringError;
  return new SteeringError(own, spelled(message, flags), details, { cause: error });
}

function argumentInFlags(error: unknown, flags: Flags): unknown {
  const { name, expected, actual } = (error as { details?: Record<string, unknown> }).details ?? {};
  const flag = typeof name === "string" ? flags.get(name.split(".").at(-1)!) : undefined; // of a group its member
  if (!flag || typeof expected !== "string") return error;
  const make = errorCode(error) === "ERR_OUT_OF_RANGE" ? outOfRange : invalidArgument;
  return Object.assign(make(flag.long!, spelled(expected, flags), actual), { cause: error });
}

/** Options in a sentence: with a value, or by a name that is no word of any language. */
function spelled(text: string, flags: Flags): string {
  return text
    .replaceAll(/\b(\w+) "([^"]+)"/g, (whole, name: string, value: string) => {
      const flag = flags.get(name);
      if (!(flag instanceof DeclaredOption)) return whole;
      return flag.required ? `${flag.long} ${value}` : flag.long!;
    })
    .replaceAll(/(?<=^|[\s(])[a-z]+[A-Z]\w*(?=$|[\s,.;:)])/g, (name) => flags.get(name)?.long ?? name);
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

function nameOf(option: Command["options"][number]): string {
  return option instanceof DeclaredOption ? option.option : option.attributeName();
}
