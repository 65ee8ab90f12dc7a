import { createCipheriv } from "node:crypto";
import { toBfloat16 } from "../../lib/files/half";

/** Values at a time: what a tensor of gigabytes takes in memory while it is written. */
const PIECE = 1 << 20;

/** Random numbers that a seed determines: AES-128 in counter mode, as fast as memory. */
export class RandomNumbers {
  private readonly stream;

  constructor(seed: string) {
    this.stream = createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16));
  }

  bytes(length: number): Uint8Array {
    const { buffer } = new Uint8Array(this.stream.update(new Uint8Array(length))); // at the beginning of memory of its own
    return new Uint8Array(buffer, 0, length);
  }

  /** Uniform ones around 0, in pieces. */
  *floats(count: number, deviation: number): Generator<Float32Array> {
    const most = deviation * Math.sqrt(3);
    const step = most / 2 ** 31;
    for (const length of pieces(count)) {
      const bits = new Uint32Array(this.bytes(4 * length).buffer);
      const values = new Float32Array(length);
      for (let i = 0; i < length; i++) values[i] = bits[i]! * step - most; // `from` takes ten times as long
      yield values;
    }
  }

  /** The same as bfloat16, by their bits. */
  *bfloats(count: number, deviation: number): Generator<Uint16Array> {
    const step = deviation * Math.sqrt(12);
    const rounded = Uint16Array.from({ length: 2 ** 16 }, (_, i) => toBfloat16(((i + 0.5) / 2 ** 16 - 0.5) * step));
    for (const length of pieces(count)) {
      const values = new Uint16Array(this.bytes(2 * length).buffer);
      for (let i = 0; i < length; i++) values[i] = rounded[values[i]!]!;
      yield values;
    }
  }
}

/** How long each piece of so many values is. */
export function pieces(count: number, most = PIECE): number[] {
  return Array.from({ length: Math.ceil(count / most) }, (_, i) => Math.min(most, count - i * most));
}
