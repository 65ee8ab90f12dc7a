import { z } from "zod";
import { invalidArgument, outOfRange } from "../errors";
import { givenOf } from "./given";
import { expectedOf, innermost, isOfNumber } from "./issue";
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
  const issue = innermost(parsed.error.issues[0]!);
  throw wrong(String(issue.path[0]), issue, at(issue.path, options), beyond);
}

/** One option. @throws ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE */
export function checkOption(name: string, schema: z.core.$ZodType, value: unknown): void {
  const { error } = z.safeParse(schema, value);
  if (!error) return;
  const issue = innermost(error.issues[0]!);
  throw wrong(name, issue, at(issue.path, value), outOfRange);
}

function wrong(name: string, issue: z.core.$ZodIssue, actual: unknown, beyond: typeof invalidArgument): Error {
  const error = typeof actual === "number" && isOfNumber(issue) ? beyond : invalidArgument;
  return error(name, expectedOf(issue), actual);
}

function at(path: readonly PropertyKey[], value: unknown): unknown {
  return path.reduce((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);
}
