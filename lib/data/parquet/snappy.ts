/** Of elements by the two bits that begin them: a literal, and copies with an offset of 11, 16 and 32 bits. */
const [LITERAL, NEAR, FAR] = [0, 1, 2];

/**
 * What bytes packed by Snappy were: google/snappy, format_description.txt. Each element moves forward in both, so that
 * damage ends it.
 *
 * @throws RangeError for what is not of this size, or leads out of it
 */
export function unpackSnappy(packed: Uint8Array, sizeBytes: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(sizeBytes);
  let at = 0;
  let end = 0;
  const number = (nBytes: number): number => {
    if (at + nBytes > packed.length) throw new RangeError("packed bytes that end too early");
    let value = 0;
    for (let i = 0; i < nBytes; i++) value += packed[at++]! * 2 ** (8 * i);
    return value;
  };
  while (number(1) >= 128); // the size, which the page's header says too
  while (at < packed.length) {
    const tag = number(1);
    const [kind, six] = [tag & 3, tag >> 2];
    if (kind === LITERAL) {
      const length = 1 + (six < 60 ? six : number(six - 59));
      if (length > packed.length - at || length > sizeBytes - end) throw new RangeError("a literal that is too long");
      out.set(packed.subarray(at, at + length), end);
      at += length;
      end += length;
    } else {
      const length = kind === NEAR ? 4 + (six & 7) : 1 + six;
      const offset = kind === NEAR ? (tag >> 5) * 256 + number(1) : number(kind === FAR ? 2 : 4);
      if (offset < 1 || offset > end || length > sizeBytes - end) throw new RangeError("a copy of what is not there");
      if (offset >= length) out.copyWithin(end, end - offset, end - offset + length);
      else for (let i = end; i < end + length; i++) out[i] = out[i - offset]!; // it repeats itself
      end += length;
    }
  }
  if (end !== sizeBytes) throw new RangeError(`${end} bytes where ${sizeBytes} are stated`);
  return out;
}
