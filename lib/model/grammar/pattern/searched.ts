import type { Place } from "../keywords";
import { ALL } from "./characters";
import type { Edge, Expression } from "./expression";

/** At an end of an expression may stand anything, nothing since `^` or `$` says so, or the rest of the expression. */
type End = "open" | "closed" | "inner";

const ANYTHING: Expression = { kind: "repeated", part: { kind: "characters", set: ALL }, least: 0, most: Infinity };

/**
 * The expression of whole texts that have one of the expression in them, as `pattern` means it, without `^` and `$`.
 *
 * @throws ERR_SCHEMA `^` where something stands before it, `$` where something follows
 */
export function searched(expression: Expression<Edge>, place: Place): Expression {
  return between("open", expression, "open", place);
}

function between(before: End, expression: Expression<Edge>, after: End, place: Place): Expression {
  switch (expression.kind) {
    case "sequence":
      return sequence(before, expression.parts, after, place);
    case "either":
      return { ...expression, parts: expression.parts.map((part) => between(before, part, after, place)) };
    case "repeated":
      return padded(before, { ...expression, part: between("inner", expression.part, "inner", place) }, after);
    case "characters":
      return padded(before, expression, after);
    case "edge": {
      const where = expression.sign === "^" ? "at the beginning" : "at the end";
      throw place.refuse(`${expression.sign} in a regular expression can be held to only ${where}`);
    }
  }
}

function sequence(before: End, parts: readonly Expression<Edge>[], after: End, place: Place): Expression {
  const begun = before === "inner" ? 0 : edgesFirst(parts, "^");
  const left = parts.slice(begun);
  const ended = after === "inner" ? 0 : edgesFirst([...left].reverse(), "$");
  const rest = left.slice(0, left.length - ended);
  const from: End = begun > 0 ? "closed" : before;
  const to: End = ended > 0 ? "closed" : after;
  if (rest.length === 0) return from === "open" || to === "open" ? ANYTHING : { kind: "sequence", parts: [] };
  const end = rest.length - 1;
  const inside = rest.map((part, i) => between(i === 0 ? from : "inner", part, i === end ? to : "inner", place));
  return { kind: "sequence", parts: inside };
}

function edgesFirst(parts: readonly Expression<Edge>[], sign: Edge["sign"]): number {
  const other = parts.findIndex((part) => part.kind !== "edge" || part.sign !== sign);
  return other < 0 ? parts.length : other;
}

function padded(before: End, expression: Expression, after: End): Expression {
  if (before !== "open" && after !== "open") return expression;
  const parts = [...(before === "open" ? [ANYTHING] : []), expression, ...(after === "open" ? [ANYTHING] : [])];
  return { kind: "sequence", parts };
}
