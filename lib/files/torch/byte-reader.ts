/** Characters of the name of a module, class or function. */
const MAX_LINE = 256;

/** Reads a pickle's bytes in order. What lies beyond them is a RangeError. */
export class ByteReader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  uint8(): number {
    return this.bytes.readUInt8(this.skip(1));
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.skip(2));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.skip(4));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.skip(4));
  }

  /** Big-endian, as pickles alone have it. */
  float64(): number {
    return this.bytes.readDoubleBE(this.skip(8));
  }

  /** A whole number in two's complement of so many bytes; one beyond 2^53 is rounded. */
  integer(size: number): number {
    if (size > 8) throw new RangeError(`it has a whole number of ${size} bytes`);
    const begin = this.skip(size);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[begin + i]!);
    return Number(BigInt.asIntN(8 * size, value));
  }

  text(size: number): string {
    const begin = this.skip(size);
    return this.bytes.toString("utf8", begin, begin + size);
  }

  line(): string {
    const size = this.bytes.subarray(this.at, this.at + MAX_LINE).indexOf("\n");
    if (size < 0) throw new RangeError("it has a name without end");
    const text = this.text(size);
    this.at++;
    return text;
  }

  private skip(size: number): number {
    const begin = this.at;
    if (begin + size > this.bytes.length) throw new RangeError("it ends too early");
    this.at += size;
    return begin;
  }
}
