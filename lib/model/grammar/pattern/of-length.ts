import { type Expression, lengths } from "./expression";

/**
 * The expression of those of its texts that are so many characters long; undefined where no such expression is at hand:
 * where its texts are not all that long, and more than how often one class of characters is repeated tells how long they are.
 */
export function ofLength(expression: Expression, least: number, most: number): Expression | undefined {
  const [from, to] = lengths(expression);
  if (least <= from && to <= most) return expression;
  const parts = expression.kind === "sequence" ? expression.parts : [expression];
  const open = parts.filter((part) => !isFixed(part));
  const [part] = open;
  if (open.length > 1 || part?.kind !== "repeated" || part.part.kind !== "characters") return undefined;
  const others = from - part.least;
  const times = { least: Math.max(part.least, least - others), most: Math.min(part.most, most - others) };
  if (times.least > times.most) return undefined;
  return { kind: "sequence", parts: parts.map((each) => (each === part ? { ...part, ...times } : each)) };
}

function isFixed(part: Expression): boolean {
  const [from, to] = lengths(part);
  return from === to;
}
