import { SteeringError } from "../../errors";

/** What of a schema says nothing of its values. */
const ANNOTATIONS = [
  ...["$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "default", "examples"],
  ...["deprecated", "readOnly", "writeOnly"],
];

/** Keywords by the type whose values they are of. */
const OF_TYPE = {
  string: ["minLength", "maxLength", "pattern", "format"],
  integer: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  array: ["items", "prefixItems", "minItems", "maxItems"],
  object: ["properties", "required", "additionalProperties"],
  boolean: [],
  null: [],
} as const;
export type JsonType = keyof typeof OF_TYPE;

/** A schema that is an object. */
export type Schema = Readonly<Record<string, unknown>>;

export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where in a schema something is: a JSON pointer. */
export class Place {
  constructor(readonly pointer: string) {}

  at(...keys: readonly (string | number)[]): Place {
    const tokens = keys.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`);
    return new Place(`${this.pointer}${tokens.join("")}`);
  }

  refuse(problem: string): SteeringError {
    return new SteeringError("ERR_SCHEMA", `schema, ${this.pointer}: ${problem}`, { path: this.pointer });
  }
}

/** Undefined for what JSON doesn't have. */
export function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // a BigInt, or what contains itself
  }
}

/** Refuses keywords that are none of those: their promises would not be kept. @throws ERR_SCHEMA */
export function refuseOthers(schema: Schema, known: readonly string[], place: Place): void {
  const stray = Object.keys(schema).find(
    (key) => !known.includes(key) && !ANNOTATIONS.includes(key) && !key.startsWith("x-"),
  );
  if (stray === undefined) return;
  const among = known.length === 0 ? "nothing else" : `here only ${known.join(", ")}`;
  throw place.at(stray).refuse(`the keyword ${JSON.stringify(stray)} can't be held to; ${among} can`);
}

/** The types that a schema names or, by its keywords, means; undefined: any. @throws ERR_SCHEMA */
export function typesOf(schema: Schema, place: Place): readonly JsonType[] | undefined {
  const { type } = schema;
  if (type === undefined) {
    const meant = (Object.keys(OF_TYPE) as JsonType[]).filter((each) => OF_TYPE[each].some((key) => key in schema));
    if (meant.length === 0) return undefined;
    throw place.refuse(`"type" is missing: ${meant.join(" or ")}`);
  }
  const types = [type].flat();
  const stray = types.find((each) => typeof each !== "string" || !(each in OF_TYPE));
  if (types.length === 0 || stray !== undefined) {
    throw place
      .at("type")
      .refuse(`expected some of ${Object.keys(OF_TYPE).join(", ")}, got ${jsonOf(stray) ?? typeof stray}`);
  }
  const names = [...new Set(types as JsonType[])];
  refuseOthers(schema, ["type", ...new Set(names.flatMap((name) => OF_TYPE[name]))], place);
  return names;
}

/** An extent such as minItems. @throws ERR_SCHEMA */
export function extentOf(schema: Schema, key: string, place: Place): number | undefined {
  const value = schema[key];
  if (value === undefined) return undefined;
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 999_999_999) {
    throw place.at(key).refuse("expected an integer of at least 0");
  }
  return value as number;
}

/** @throws ERR_SCHEMA where nothing can be both */
export function extentsOf(
  schema: Schema,
  [least, most]: readonly [string, string],
  place: Place,
): [number, number | undefined] {
  const from = extentOf(schema, least, place) ?? 0;
  const to = extentOf(schema, most, place);
  if (to !== undefined && to < from) throw place.at(most).refuse(`less than ${least}`);
  return [from, to];
}
