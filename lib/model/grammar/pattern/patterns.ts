import { either, times } from "../gbnf";
import type { Place, Schema } from "../keywords";
import { writtenIn } from "./characters";
import type { Expression } from "./expression";
import { ofLength } from "./of-length";
import { readPattern } from "./read";
import { searched } from "./searched";

/**
 * What stands between the quotes of a string that has a text of the schema's `pattern` in it.
 *
 * @param extents how many characters it has
 * @param add gives a rule its name
 * @throws ERR_SCHEMA
 */
export function patterns(
  { pattern }: Schema,
  [least, most = Infinity]: readonly [number, number | undefined],
  add: (body: string) => string,
  place: Place,
): string {
  const at = place.at("pattern");
  const whole = searched(readPattern(pattern, at), at);
  const held = ofLength(whole, least, most);
  if (!held) throw at.refuse("this pattern and a length can't be held to at once");
  return text(held, add);
}

function text(expression: Expression, add: (body: string) => string): string {
  switch (expression.kind) {
    case "characters": {
      const ways = writtenIn(expression.set);
      return ways.length === 1 ? ways[0]! : add(either(ways));
    }
    case "sequence":
      return expression.parts.length === 0 ? '""' : expression.parts.map((part) => text(part, add)).join(" ");
    case "either":
      return add(either(expression.parts.map((part) => text(part, add))));
    case "repeated": {
      const { part, least, most } = expression;
      return times(text(part, add), least, most === Infinity ? undefined : most);
    }
  }
}
