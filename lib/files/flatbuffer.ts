/**
 * A table of a FlatBuffer, read without trust: https://flatbuffers.dev/internals. What lies outside of the bytes, and a
 * vector that could not lie within them, is a RangeError, so that reading takes no more than the bytes' own size.
 */
export class FlatTable {
  private constructor(
    private readonly bytes: DataView,
    private readonly at: number,
  ) {}

  /** The table that a buffer is of. */
  static root(bytes: Uint8Array): FlatTable {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return new FlatTable(view, view.getUint32(0, true));
  }

  uint8(field: number): number {
    const at = this.place(field);
    return at === undefined ? 0 : this.bytes.getUint8(at);
  }

  int16(field: number): number {
    const at = this.place(field);
    return at === undefined ? 0 : this.bytes.getInt16(at, true);
  }

  int32(field: number): number {
    const at = this.place(field);
    return at === undefined ? 0 : this.bytes.getInt32(at, true);
  }

  int64(field: number): number {
    const at = this.place(field);
    return at === undefined ? 0 : Number(this.bytes.getBigInt64(at, true));
  }

  has(field: number): boolean {
    return this.place(field) !== undefined;
  }

  table(field: number): FlatTable {
    const at = this.place(field);
    if (at === undefined) throw new RangeError(`field ${field} is not there`);
    return this.tableAt(at);
  }

  tables(field: number): FlatTable[] {
    const { begin, n } = this.vector(field, 4);
    return Array.from({ length: n }, (_, i) => this.tableAt(begin + 4 * i));
  }

  text(field: number): string {
    const { begin, n } = this.vector(field, 1);
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + begin, n).toString("utf8");
  }

  /** Structs of `words` numbers of 64 bits. */
  structs(field: number, words: number): number[][] {
    const { begin, n } = this.vector(field, 8 * words);
    const word = (at: number) => Number(this.bytes.getBigInt64(at, true));
    return Array.from({ length: n }, (_, i) =>
      Array.from({ length: words }, (_, k) => word(begin + 8 * (words * i + k))),
    );
  }

  private tableAt(at: number): FlatTable {
    return new FlatTable(this.bytes, at + this.bytes.getUint32(at, true));
  }

  private vector(field: number, width: number): { begin: number; n: number } {
    const at = this.place(field);
    if (at === undefined) return { begin: 0, n: 0 };
    const begin = at + this.bytes.getUint32(at, true) + 4;
    const n = this.bytes.getUint32(begin - 4, true);
    if (begin + n * width > this.bytes.byteLength) throw new RangeError(`a vector of ${n} is longer than its file`);
    return { begin, n };
  }

  /** Where a field lies; undefined for one that has its default. */
  private place(field: number): number | undefined {
    const fields = this.at - this.bytes.getInt32(this.at, true);
    const entry = 4 + 2 * field;
    if (entry >= this.bytes.getUint16(fields, true)) return undefined;
    const offset = this.bytes.getUint16(fields + entry, true);
    return offset === 0 ? undefined : this.at + offset;
  }
}
