import { type Command, CommanderError, type Option } from "commander";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { systemReason } from "../errors";
import { words } from "../options/flags";
import { nearest } from "../options/refuse-unknown";
import { checkOption } from "../options/resolve";
import { writtenOptions, type WrittenOptions, type WrittenValue } from "../options/written";
import { DeclaredOption, valueOf } from "./declared-options";

const configFile = writtenOptions.nullable();

/**
 * Gives a command the options of a YAML file: keys are the long names in camelCase, and what stands on the command line
 * wins.
 */
export function applyConfig(command: Command, file: string): void {
  applyOptions(command, file, readConfig(file));
}

/** The same of options that were read. @param file where they are from, for messages */
export function applyOptions(command: Command, file: string, options: WrittenOptions): void {
  for (const [key, value] of Object.entries(options)) {
    const option = command.options.find((option) => option.attributeName() === key && key !== "config");
    if (!option) {
      const keys = command.options.map((option) => option.attributeName());
      throw configError(file, key, `${command.name()} has no such option; the nearest is ${nearest(key, keys)}`);
    }
    const read = parseValue(file, option, value);
    if (option instanceof DeclaredOption) checkRead(`${file}: ${key}`, option, read);
    if (command.getOptionValueSource(key) !== "cli") command.setOptionValueWithSource(key, read, "config");
  }
}

function readConfig(file: string): WrittenOptions {
  try {
    return configFile.parse(parse(readFileSync(file, "utf8"), { logLevel: "error" })) ?? {};
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : systemReason(error);
    throw configError(file, "expected options and their values", reason);
  }
}

function parseValue(file: string, option: Option, value: WrittenValue | null): unknown {
  const key = option.attributeName();
  const isFlag = !option.required && !option.optional;
  if (value === null || isFlag !== (typeof value === "boolean"))
    throw configError(file, key, `expected ${isFlag ? "true or false" : "a value"}`);
  if (isFlag) return value;
  const parseArg = option.parseArg as ((text: string, previous: unknown) => unknown) | undefined;
  const read = (item: WrittenValue): unknown => {
    const text = words(item);
    try {
      return parseArg ? parseArg(text, undefined) : text;
    } catch (error) {
      throw configError(file, key, (error as Error).message);
    }
  };
  if (option.variadic) return [value].flat().map(read);
  return read(value);
}

/** @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE with the file's name */
function checkRead(place: string, { schema }: DeclaredOption, read: unknown): void {
  const value = valueOf(schema, read);
  if (value !== undefined) checkOption(place, schema, value);
}

function configError(file: string, place: string, problem: string): CommanderError {
  return new CommanderError(2, "corrsteer.config", `${file}: ${place}: ${problem}`);
}
