import { isSchema, type JsonType, type Schema } from "./keywords";

/** Whether no value can be of both, as far as types, constants and constants of required properties tell. */
export function areApart(a: Schema, b: Schema): boolean {
  const [valuesOfA, valuesOfB] = [constantsOf(a), constantsOf(b)];
  if (valuesOfA && valuesOfB) return !valuesOfA.some((value) => valuesOfB.includes(value));
  const [typesOfA, typesOfB] = [kindsOf(a, valuesOfA), kindsOf(b, valuesOfB)];
  if (!typesOfA || !typesOfB) return false;
  const common = typesOfA.filter((type) => typesOfB.includes(type));
  if (common.length === 0) return true;
  return common.every((type) => type === "object") && haveApartProperty(a, b);
}

/** As JSON; undefined where there are others. */
function constantsOf(schema: Schema): string[] | undefined {
  if ("const" in schema) return [JSON.stringify(schema.const)];
  return Array.isArray(schema.enum) ? schema.enum.map((value) => JSON.stringify(value)) : undefined;
}

/** Kinds of values that JSON tells apart; undefined: any. */
function kindsOf({ type }: Schema, constants: readonly string[] | undefined): string[] | undefined {
  if (constants) return constants.map((text) => kindOf(JSON.parse(text)));
  const types = [type ?? []].flat() as JsonType[];
  return types.length === 0 ? undefined : types.map((each) => (each === "integer" ? "number" : each));
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function haveApartProperty(a: Schema, b: Schema): boolean {
  const required = [a, b].map((schema) => (Array.isArray(schema.required) ? (schema.required as unknown[]) : []));
  const [ofA, ofB] = [a, b].map(({ properties }) => properties as Readonly<Record<string, Schema>> | undefined);
  return required[0]!.some((name) => {
    const [one, other] = [ofA?.[name as string], ofB?.[name as string]];
    return required[1]!.includes(name) && isSchema(one) && isSchema(other) && areApart(one, other);
  });
}
