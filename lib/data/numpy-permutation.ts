/**
 * `numpy.random.default_rng(seed).permutation(n)`, which decides the published splits: SeedSequence (O'Neill 2015), PCG64
 * (XSL-RR 128/64, O'Neill 2014), bounded integers by masked rejection, Fisher-Yates from the end. NumPy announces changes
 * to its streams; the tests hold what NumPy 2.4 gives.
 *
 * @param seed an integer of at least 0, below 2^53
 */
export function numpyPermutation(seed: number, n: number): Uint32Array {
  const next = uint32Stream(seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = bounded(next, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** An integer in [0, most], every one as likely: bits under a mask, drawn again while there are too many. */
function bounded(next: () => bigint, most: number): number {
  const mask = (1n << BigInt(32 - Math.clz32(most))) - 1n;
  for (;;) {
    const drawn = Number(next() & mask);
    if (drawn <= most) return drawn;
  }
}

const MASK_32 = (1n << 32n) - 1n;
const MASK_64 = (1n << 64n) - 1n;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

/** PCG64's output in halves, the low one first. */
function uint32Stream(seed: number): () => bigint {
  const [a, b, c, d] = seedWords(seed);
  const increment = ((((c! << 64n) | d!) << 1n) | 1n) & MASK_128;
  const step = (state: bigint) => (state * MULTIPLIER + increment) & MASK_128;
  let state = step(step(0n) + ((a! << 64n) | b!));
  let high: bigint | undefined;
  return () => {
    if (high !== undefined) {
      const half = high;
      high = undefined;
      return half;
    }
    state = step(state);
    const folded = ((state >> 64n) ^ state) & MASK_64;
    const rotation = state >> 122n;
    const output = ((folded >> rotation) | (folded << (64n - rotation))) & MASK_64;
    high = output >> 32n;
    return output & MASK_32;
  };
}

const POOL_WORDS = 4;

/** `SeedSequence(seed).generate_state(4, uint64)`. */
function seedWords(seed: number): bigint[] {
  const pool = entropyPool(seed);
  const hash = hasher(0x8b51f9dd, 0x58f38ded);
  const words = Array.from({ length: 2 * POOL_WORDS }, (_, i) => BigInt(hash(pool[i % POOL_WORDS]!)));
  return Array.from({ length: POOL_WORDS }, (_, i) => (words[2 * i + 1]! << 32n) | words[2 * i]!);
}

function entropyPool(seed: number): number[] {
  const entropy = [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
  const hash = hasher(0x43b0d7e5, 0x931e8875);
  const pool = Array.from({ length: POOL_WORDS }, (_, i) => hash(entropy[i] ?? 0));
  for (let from = 0; from < POOL_WORDS; from++) {
    for (let to = 0; to < POOL_WORDS; to++) {
      if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
    }
  }
  return pool;
}

function hasher(initial: number, multiplier: number): (word: number) => number {
  let constant = initial;
  return (word) => {
    const keyed = word ^ constant;
    constant = Math.imul(constant, multiplier);
    return foldHigh(Math.imul(keyed, constant));
  };
}

function mix(a: number, b: number): number {
  return foldHigh(Math.imul(0xca01f9dd, a) - Math.imul(0x4973f715, b));
}

/** As an unsigned word. */
function foldHigh(word: number): number {
  return ((word | 0) ^ (word >>> 16)) >>> 0;
}
