import { seededRandom, shuffled } from "../statistics/random";

/** Texts, and how many of their characters are taken beside those of others. */
export interface WeightedTexts {
  readonly texts: AsyncIterable<string>;
  readonly weight: number;
}

/**
 * The texts of all streams, the next always of the one with the fewest characters for its weight so far: at any time each
 * has its share, to within a text. The seed decides who begins. What is left open at the end is closed.
 */
export async function* mixed(streams: readonly WeightedTexts[], seed: number): AsyncGenerator<string> {
  const open = shuffled(
    streams.map(({ texts, weight }) => ({ texts: texts[Symbol.asyncIterator](), weight, taken: 0 })),
    seededRandom(seed),
  );
  try {
    while (open.length > 0) {
      const next = open.reduce((least, stream) => (stream.taken < least.taken ? stream : least));
      const read = await next.texts.next();
      if (read.done) {
        open.splice(open.indexOf(next), 1);
        continue;
      }
      next.taken += read.value.length / next.weight;
      yield read.value;
    }
  } finally {
    for (const { texts } of open) await texts.return?.();
  }
}
