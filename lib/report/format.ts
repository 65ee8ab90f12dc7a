/** A share in percent. */
export function percent(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}

/** A difference of shares in points, with its sign; none where it rounds to 0. */
export function points(difference: number): string {
  const text = signed(100 * difference, 1);
  return difference > 0 && Number(text) > 0 ? `+${text}` : text;
}

/** A number with its sign, as text sets it; none where it rounds to 0. */
export function signed(value: number, digits = 3): string {
  const magnitude = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(magnitude) > 0 ? "−" : ""}${magnitude}`;
}

/** To three digits, whatever its size. */
export function compact(value: number): string {
  return value === 0 ? "0" : signedPrecision(value);
}

export function pValue(p: number): string {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

/** With what belongs to a number on its line, "5 %", "p = 4.8e-27", and with minus signs. */
export function tied(sentence: string): string {
  return sentence
    .replaceAll(" %", "\u00a0%")
    .replaceAll(/\b([pn]) = /g, "$1\u00a0=\u00a0")
    .replaceAll(/(?<=\de)-(?=\d)/g, "\u2011")
    .replaceAll(/(?<=[ (])-(?=\d)/g, "−");
}

/** "one, two and three" */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)!}`;
}

function signedPrecision(value: number): string {
  const magnitude = Math.abs(value);
  const text = magnitude >= 1e5 || magnitude < 1e-3 ? magnitude.toExponential(1) : magnitude.toPrecision(3);
  return `${value < 0 ? "−" : ""}${text}`;
}
