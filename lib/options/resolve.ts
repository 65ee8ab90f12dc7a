import type { z } from "zod";
import { invalidArgument, outOfRange } from "../errors";
import { given } from "./given";
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
  const parsed = group.safeParse(given(options));
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const actual = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], options);
  throw (typeof actual === "number" ? beyond : invalidArgument)(String(path[0]), message, actual);
}
