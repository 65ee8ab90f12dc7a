import { times } from "./gbnf";
import { extentsOf, type Place, type Schema } from "./keywords";
import { patterns } from "./pattern/patterns";

/** Half a surrogate pair is no character of its own. */
const CHARACTER = String.raw`[^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" ([0-9A-Ca-cE-Fe-f] [0-9A-Fa-f] | [Dd] [0-7]) [0-9A-Fa-f]{2})`;

const DAY = '("0" [1-9] | [12] [0-9] | "30")';
const MONTHS = `("0" [13578] | "1" [02]) "-" (${DAY} | "31") | ("0" [469] | "11") "-" ${DAY} | "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8])`;
const DATE = `[0-9]{4} "-" (${MONTHS})`;
const TIME =
  '([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,9})? ("Z" | [+-] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])';

/** What is held to of `format`; a 29th of February is never written. */
const FORMATS: Readonly<Record<string, string>> = {
  date: DATE,
  time: TIME,
  "date-time": `${DATE} "T" ${TIME}`,
  uuid: '[0-9a-f]{8} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{12}',
};

/** A string in quotes. @throws ERR_SCHEMA */
export function strings(schema: Schema, add: (body: string) => string, place: Place): string {
  return String.raw`"\"" ${body(schema, add, place)} "\""`;
}

function body(schema: Schema, add: (body: string) => string, place: Place): string {
  const { format, pattern } = schema;
  const extents = extentsOf(schema, ["minLength", "maxLength"], place);
  if (format !== undefined && pattern !== undefined) {
    throw place.at("pattern").refuse("a pattern and a format can't be held to at once");
  }
  if (pattern !== undefined) return patterns(schema, extents, add, place);
  const [least, most] = extents;
  if (format === undefined) return times(add(CHARACTER), least, most);
  const known = typeof format === "string" && Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
  if (known === undefined) {
    throw place.at("format").refuse(`of formats only ${Object.keys(FORMATS).join(", ")} can be held to`);
  }
  if (least > 0 || most !== undefined)
    throw place.at("format").refuse("a format and a length can't be held to at once");
  return known;
}
