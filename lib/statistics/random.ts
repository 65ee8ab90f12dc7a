const { imul, floor } = Math; // looked up once: where tests run, a look-up costs more than the function

/** Whole numbers in [0, `limit`), `limit` at most 2^32. */
export type RandomBelow = (limit: number) => number;

/**
 * xoshiro128** 1.1 (Blackman and Vigna 2018), its state filled by SplitMix32: the same seed, the same numbers everywhere.
 * Numbers below a limit are scaled, uneven by at most limit / 2^32: not for cryptography.
 */
export function seededRandom(seed: number): RandomBelow {
  let mixed = seed | 0;
  const split = () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = imul(z ^ (z >>> 16), 0x21f0aaad);
    z = imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  };
  let [a, b, c, d] = [split(), split(), split(), split()] as [number, number, number, number];
  return (limit) => {
    const scrambled = imul(rotate(imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return floor(((scrambled >>> 0) / 2 ** 32) * limit);
  };
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** In (0, 1). */
export function uniform(random: RandomBelow): number {
  return (random(2 ** 32) + 0.5) / 2 ** 32;
}

/** Standard normal (Box and Muller 1958). */
export function normal(random: RandomBelow): number {
  return Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * uniform(random));
}

/** In a random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: RandomBelow): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const other = random(i + 1);
    [list[i], list[other]] = [list[other]!, list[i]!];
  }
  return list;
}
