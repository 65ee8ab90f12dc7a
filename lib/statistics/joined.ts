/** One after the other. @param Numbers of which type these are */
export function joined<T extends Float32Array | Float64Array>(
  Numbers: new (length: number) => T,
  parts: readonly T[],
): T {
  const whole = new Numbers(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
