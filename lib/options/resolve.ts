import type { z } from "zod";
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
  const actual = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], options);
  throw (typeof actual === "number" ? beyond : invalidArgument)(String(path[0]), message, actual);
}

/** Of what is wrong with each of a union's parts, what is wrong deepest inside. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  const inner = issue.code === "invalid_union" ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined;
  return inner ? { ...inner, path: [...issue.path, ...inner.path] } : issue;
}
