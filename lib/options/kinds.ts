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

export function anyInteger() {
  return z.int("an integer");
}

export function integer(least: number, most?: number, expected = inWords(least, most)) {
  return z
    .int(expected)
    .min(least, expected)
    .max(most ?? Number.MAX_SAFE_INTEGER, expected);
}

function inWords(least: number, most: number | undefined): string {
  return most === undefined ? `an integer of at least ${least}` : `an integer from ${least} to ${most}`;
}

export function number(expected: string) {
  return z.number(expected);
}

export function list<T extends z.ZodType>(item: T, expected: string) {
  return z.array(item, expected);
}

/** Numbers by ids of at least 0. */
export function numbersById<T extends z.ZodNumber>(item: T, expected: string) {
  return z.record(
    z
      .int()
      .min(0)
      .max(2 ** 31 - 1),
    item,
    expected,
  );
}

/** Some of a few words. */
export function someOf<const T extends readonly [string, ...string[]]>(values: T) {
  const expected = `some of ${values.join(", ")}`;
  return list(z.enum(values, expected), expected);
}

/** A list with nothing in it twice. */
export function distinct<T extends z.ZodArray>(schema: T, item: string): T {
  return schema.refine((values) => new Set(values).size === values.length, `each ${item} once`);
}

/** What only a program can give: another value is of the wrong type, even a number. No instanceof: callers may live in another realm. */
export function thing<T>(is: (value: unknown) => boolean, expected: string) {
  return z.custom<T>(is, { error: expected, params: { isType: true } });
}

export function callback<T extends (...args: never[]) => unknown>() {
  return thing<T>((value) => typeof value === "function", "a function");
}

/** One of Node.js, whose own functions take no other. */
export function abortSignal() {
  return thing<AbortSignal>((value) => {
    try {
      isAborted.call(value);
      return true;
    } catch {
      return false;
    }
  }, "an AbortSignal");
}
// eslint-disable-next-line @typescript-eslint/unbound-method -- it is bound where it is called
const isAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")!.get!;

/** "all", or some. */
export function layerList() {
  const expected = '"all", or at least one layer';
  return z.union([z.literal("all"), z.array(integer(0)).min(1, expected)], expected);
}
