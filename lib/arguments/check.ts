import { z } from "zod";
import { invalidArgument, outOfRange } from "../errors";
import { expectedOf, innermost, isOfNumber } from "../options/issue";
import { path } from "./kinds";

/**
 * Checks what a function was called with.
 *
 * @param values by the names of its parameters
 * @throws TypeError `ERR_INVALID_ARGUMENT` for another type and for an option that is none, RangeError `ERR_OUT_OF_RANGE`
 */
export function checkArguments(schema: z.ZodType, values: object): void {
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw argumentError(innermost(parsed.error.issues[0]!), values);
}

/** The same of paths, by the names of their parameters. */
export function checkPaths(paths: Readonly<Record<string, string>>): void {
  checkArguments(onlyPaths, paths);
}

const onlyPaths = z.record(z.string(), path());

function argumentError(issue: z.core.$ZodIssue, values: object): Error {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  const actual = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], values);
  const error = typeof actual === "number" && isOfNumber(issue) ? outOfRange : invalidArgument;
  return error(nameOf(path), expectedOf(issue), actual);
}

/** "branches[0].maxTokens": of options the name of the option alone, as callers know it. */
function nameOf(path: readonly PropertyKey[]): string {
  const named = path[0] === "options" && path.length > 1 ? path.slice(1) : path;
  return named.reduce<string>((name, key) => {
    if (typeof key === "number") return `${name}[${key}]`;
    return name === "" ? String(key) : `${name}.${String(key)}`;
  }, "");
}
