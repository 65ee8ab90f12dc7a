import { readSync } from "node:fs";

const MOST_BYTES = 2 ** 28;
const MOST_ENTRIES = 2 ** 20;
const WINDOW = 2 ** 20;

/** Width and reader of a number, by its type. */
const NUMBERS: Readonly<Record<number, readonly [number, (bytes: Buffer, at: number) => number]>> = {
  0: [1, (bytes, at) => bytes.readUInt8(at)],
  1: [1, (bytes, at) => bytes.readInt8(at)],
  2: [2, (bytes, at) => bytes.readUInt16LE(at)],
  3: [2, (bytes, at) => bytes.readInt16LE(at)],
  4: [4, (bytes, at) => bytes.readUInt32LE(at)],
  5: [4, (bytes, at) => bytes.readInt32LE(at)],
  6: [4, (bytes, at) => bytes.readFloatLE(at)],
  7: [1, (bytes, at) => bytes.readUInt8(at)],
  10: [8, (bytes, at) => Number(bytes.readBigUInt64LE(at))],
  11: [8, (bytes, at) => Number(bytes.readBigInt64LE(at))],
  12: [8, (bytes, at) => bytes.readDoubleLE(at)],
};

/** Reads the header of a GGUF file from its beginning on. What is not there is a RangeError. */
export class GgufReader {
  private window = Buffer.alloc(0);
  private begin = 0;
  private at = 0;

  constructor(private readonly file: number) {}

  /** Of the next byte. */
  get position(): number {
    return this.at;
  }

  number(type: number): number {
    const read = NUMBERS[type]?.[1];
    const width = this.widthOf(type);
    const at = this.take(width);
    return read!(this.window, at);
  }

  count(): number {
    const count = this.number(10);
    if (count <= MOST_ENTRIES) return count;
    throw new RangeError(`it has ${count} entries`);
  }

  string(): string {
    return this.text(this.number(10));
  }

  text(size: number): string {
    if (size > WINDOW) throw new RangeError(`it has a name of ${size} bytes`);
    const at = this.take(size);
    return this.window.toString("utf8", at, at + size);
  }

  skipString(): void {
    this.skip(this.number(10));
  }

  skip(size: number): void {
    this.at += size;
    if (this.at > MOST_BYTES) throw new RangeError(`its header has more than ${MOST_BYTES} bytes`);
  }

  widthOf(type: number): number {
    const width = NUMBERS[type]?.[0];
    if (width === undefined) throw new RangeError(`it has a value of type ${type}`);
    return width;
  }

  /** Where in the window the next bytes are. */
  private take(size: number): number {
    const begin = this.at;
    this.skip(size);
    if (begin < this.begin || this.at > this.begin + this.window.length) {
      const bytes = Buffer.alloc(Math.max(size, WINDOW));
      this.window = bytes.subarray(0, readSync(this.file, bytes, 0, bytes.length, begin));
      this.begin = begin;
      if (this.window.length < size) throw new RangeError("it ends too early");
    }
    return begin - this.begin;
  }
}
