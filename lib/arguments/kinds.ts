import { types } from "node:util";
import { z } from "zod";
import { thing } from "../options/kinds";

// What arguments are made of, beside what options are. Each says what it expects in one phrase, whatever it is given.

/** Of a file or folder, as the system takes it. */
export function path() {
  return z.string("a path").regex(/^[^\0]+$/, "a path");
}

export function text() {
  return z.string("a string");
}

export function finite() {
  return z.number("a finite number");
}

export function int32Array() {
  return thing<Int32Array>(types.isInt32Array, "an Int32Array");
}

export function float32Array() {
  return thing<Float32Array>(types.isFloat32Array, "a Float32Array");
}

export function steering<T = object>() {
  return instanceOf<T>("a steering value, as createSteering makes it", { scaled: "function" });
}

/** Some of a kind. */
export function listOf<T extends z.ZodType>(item: T, expected: string) {
  return z.array(item, expected);
}

/** A value with these members, of whatever class it is. */
export function shapeOf<T extends z.core.$ZodLooseShape>(shape: T, expected: string) {
  return z.looseObject(shape, expected);
}

/** An object of a class, known by its methods and objects. */
export function instanceOf<T>(expected: string, members: Readonly<Record<string, "function" | "object">>) {
  const is = (value: unknown) =>
    isObject(value) &&
    Object.entries(members).every(([name, type]) => typeof value[name] === type && value[name] !== null);
  return thing<T>(is, expected);
}

/** Options by name, and no others. */
export function optionsOf<T extends z.core.$ZodLooseShape>(shape: T) {
  const known = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) => (code === "unrecognized_keys" ? `no option of this name, only ${known}` : OPTIONS),
  });
}

/** Options that are looked at one by one later. */
export function anyOptions() {
  return thing<object>(isObject, OPTIONS);
}

const OPTIONS = "options by name";

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
