import { z } from "zod";
import { invalidArgument, outOfRange } from "../errors";
import { givenOf } from "./given";
import type { Group } from "./option";

/**
 * A group's options, checked, with its defaults; what else `options` has is let alone, and undefined is not given.
 *
 * @param beyond makes the error for a number that is none of the option's
 * @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE
 */
export function resolveOptions<G extends Group>(
  group: G,
  options: object,
  beyond: typeof invalidArgument = outOfRange,
): z.output<G> {
  const parsed = group.safeParse(givenOf(group, options));
  if (parsed.success) return parsed.data;
  const { path, message } = innermost(parsed.error.issues[0]!);
  throw wrong(String(path[0]), message, at(path, options), beyond);
}

/** One option. @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE */
export function checkOption(name: string, schema: z.core.$ZodType, value: unknown): void {
  const { error } = z.safeParse(schema, value);
  if (!error) return;
  const { path, message } = innermost(error.issues[0]!);
  throw wrong(name, message, at(path, value), outOfRange);
}

function wrong(name: string, expected: string, actual: unknown, beyond: typeof invalidArgument): Error {
  return (typeof actual === "number" ? beyond : invalidArgument)(name, expected, actual);
}

function at(path: readonly PropertyKey[], value: unknown): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);
}

/** Of what is wrong with each of a union's parts, what is wrong deepest inside. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  const inner = issue.code === "invalid_union" ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined;
  return inner ? { ...inner, path: [...issue.path, ...inner.path] } : issue;
}
