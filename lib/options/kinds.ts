import { z } from "zod";

// What options are made of. Each says what it expects in one phrase, whatever it is given.

export function text(expected: string) {
  return z.string(expected);
}

export function yesOrNo() {
  return z.boolean("true or false");
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `one of ${values.join(", ")}`);
}

export function integer(least: number, most = Number.MAX_SAFE_INTEGER) {
  const expected =
    most === Number.MAX_SAFE_INTEGER
      ? least === Number.MIN_SAFE_INTEGER
        ? "an integer"
        : `an integer of at least ${least}`
      : `an integer from ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
}
