import { either } from "./gbnf";

/** Digits of a number that has no end: as many as a double holds. */
const MOST_DIGITS = 16;

/** Whole numbers from `least` to `most`, of which either may be infinite, as JSON has them. */
export function integers(least: number, most: number): string {
  const parts: string[] = [];
  if (least < 0) parts.push(`"-" ${either(naturals(Math.max(1, -most), -least))}`);
  if (most >= 0) parts.push(...naturals(Math.max(0, least), most));
  return either(parts);
}

/** Numbers between the same, with digits behind the point or none; with an exponent where there are no bounds. */
export function numbers(least: number, most: number): string {
  if (least === -Infinity && most === Infinity) return `${integers(least, most)} ${FRACTION} ([eE] [-+]? [0-9]{1,2})?`;
  const parts: string[] = [];
  if (least < 0) parts.push(`"-" ${either(away(Math.max(0, -most), -least))}`);
  if (most >= 0) parts.push(...away(Math.max(0, least), most));
  return either(parts);
}

const FRACTION = `("." [0-9]{1,${MOST_DIGITS}})?`;

/** Of one sign: numbers that are at least `from` and at most `to` away from 0. */
function away(from: number, to: number): string[] {
  const below = to > from ? [`${either(naturals(from, to - 1))} ${FRACTION}`] : [];
  return to === Infinity ? below : [...below, `"${to}" ("." "0"{1,${MOST_DIGITS}})?`];
}

/** Alternatives for whole numbers of at least 0. */
function naturals(least: number, most: number): string[] {
  const first = String(least);
  if (most === Infinity) {
    const longer = first.length < MOST_DIGITS ? [`[1-9] [0-9]{${first.length},${MOST_DIGITS - 1}}`] : [];
    return [...ofLength(first, "9".repeat(first.length)), ...longer];
  }
  const last = String(most);
  return Array.from({ length: last.length - first.length + 1 }, (_, i) => first.length + i).flatMap((length) =>
    ofLength(
      length === first.length ? first : `1${"0".repeat(length - 1)}`,
      length === last.length ? last : "9".repeat(length),
    ),
  );
}

/** Digits from `least` to `most`, which have as many of them. */
function ofLength(least: string, most: string): string[] {
  const rest = least.length - 1;
  if (/^0*$/.test(least.slice(1)) && /^9*$/.test(most.slice(1))) {
    return [`[${least[0]}-${most[0]}]${rest > 0 ? ` [0-9]{${rest}}` : ""}`];
  }
  const [low, high] = [Number(least[0]), Number(most[0])];
  const begun = (digit: number, from: string, to: string) => `"${digit}" ${either(ofLength(from, to))}`;
  if (low === high) return [begun(low, least.slice(1), most.slice(1))];
  return [
    begun(low, least.slice(1), "9".repeat(rest)),
    ...(high - low > 1 ? [`[${low + 1}-${high - 1}] [0-9]{${rest}}`] : []),
    begun(high, "0".repeat(rest), most.slice(1)),
  ];
}
