import type { RandomBelow } from "../../lib/statistics/random";

export const pick = <T>(random: RandomBelow, choices: readonly T[]): T => choices[random(choices.length)]!;

/** Where arithmetic on sizes and indices goes wrong. */
const EDGES = [0n, 1n, 2n, 3n, 7n, 8n, 64n, 255n, 256n, 512n, 65535n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n];
const WIDE_EDGES = [...EDGES, 2n ** 32n, 2n ** 53n, 2n ** 62n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];

/** A whole number of 64 bits that is at an edge, near one, or near `from`. */
export function edge(random: RandomBelow, from: bigint): bigint {
  const near = BigInt(random(5) - 2);
  const value = pick(random, [
    () => pick(random, WIDE_EDGES),
    () => pick(random, EDGES) + near,
    () => from + near,
    () => from * 2n,
    () => from / 2n,
    () => BigInt(random(4096)),
  ])();
  return BigInt.asUintN(64, value);
}

/** Damage that knows nothing of a format, within `[0, end)` of the bytes. */
export function damage(random: RandomBelow, bytes: Buffer, end = bytes.length): { name: string; bytes: Buffer } {
  const at = random(Math.max(1, end));
  const copy = Buffer.from(bytes);
  switch (random(6)) {
    case 0: {
      const flips = 1 + random(8);
      for (let i = 0; i < flips; i++) copy[random(end)]! ^= 1 << random(8);
      return { name: `${flips} bits flipped`, bytes: copy };
    }
    case 1: {
      const width = pick(random, [1, 2, 4, 8]);
      const value = edge(random, BigInt(copy[at] ?? 0));
      for (let i = 0; i < width && at + i < copy.length; i++) copy[at + i] = Number((value >> BigInt(8 * i)) & 255n);
      return { name: `${width} bytes at ${at} set to ${value}`, bytes: copy };
    }
    case 2: {
      const length = random(bytes.length);
      return { name: `cut after ${length} bytes`, bytes: copy.subarray(0, length) };
    }
    case 3: {
      const length = 1 + random(64);
      const removed = [copy.subarray(0, at), copy.subarray(at + length)];
      return { name: `${length} bytes at ${at} removed`, bytes: Buffer.concat(removed) };
    }
    case 4: {
      const length = 1 + random(64);
      const twice = [copy.subarray(0, at + length), copy.subarray(at)];
      return { name: `${length} bytes at ${at} twice`, bytes: Buffer.concat(twice) };
    }
    default: {
      const [a, b, c] = [random(end), random(end), random(end)].sort((x, y) => x - y) as [number, number, number];
      const swapped = [copy.subarray(0, a), copy.subarray(b, c), copy.subarray(a, b), copy.subarray(c)];
      return { name: `bytes from ${a}, ${b} to ${c} swapped`, bytes: Buffer.concat(swapped) };
    }
  }
}
