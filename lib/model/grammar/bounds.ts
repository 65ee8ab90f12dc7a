import { integers, numbers } from "./integers";
import type { Place, Schema } from "./keywords";

/** Bounds beyond it are none of whole numbers that a double holds. */
const MOST = Number.MAX_SAFE_INTEGER;

/** Whole numbers of a schema. @throws ERR_SCHEMA */
export function integersOf(schema: Schema, place: Place): string {
  const bound = boundsOf(schema, place);
  const least = Math.max(Math.ceil(bound("minimum", -Infinity)), Math.floor(bound("exclusiveMinimum", -Infinity)) + 1);
  const most = Math.min(Math.floor(bound("maximum", Infinity)), Math.ceil(bound("exclusiveMaximum", Infinity)) - 1);
  if (least > most) throw place.refuse("no number lies in these bounds");
  return integers(least, most);
}

/** Numbers of a schema, whose bounds are whole ones. @throws ERR_SCHEMA */
export function numbersOf(schema: Schema, place: Place): string {
  const stray = ["exclusiveMinimum", "exclusiveMaximum"].find((key) => key in schema);
  if (stray !== undefined) throw place.at(stray).refuse('can be held to with the type "integer" only');
  const bound = boundsOf(schema, place);
  const [least, most] = [bound("minimum", -Infinity), bound("maximum", Infinity)];
  for (const key of ["minimum", "maximum"]) {
    if (key in schema && !Number.isInteger(schema[key]))
      throw place.at(key).refuse("only whole numbers can be held to");
  }
  if (least > most) throw place.refuse("no number lies in these bounds");
  return numbers(least, most);
}

function boundsOf(schema: Schema, place: Place) {
  return (key: string, otherwise: number): number => {
    const { [key]: value = otherwise } = schema;
    if (value === otherwise) return otherwise;
    if (typeof value === "number" && Math.abs(value) <= MOST) return value;
    throw place.at(key).refuse(`expected a number from ${-MOST} to ${MOST}`);
  };
}
