import { numpyPermutation } from "./numpy-permutation";
import type { Sample, SplitName } from "./sample";
import type { Parts } from "./parts";

/**
 * The splits of the published code (seonglae/CorrSteer 65ca523, `load_dataloaders`), which shuffles and cuts with the
 * `datasets` library: what the data set itself splits is shuffled; where it has no validation part, 10 % of train become
 * it; what has no splits is cut into 70 % test, 27 % train and 3 % validation.
 *
 * @param samples in upstream order: membership follows from the position
 */
export function officialSplit(samples: readonly Sample[], seed: number): Parts {
  const named = (split: SplitName) =>
    shuffle(
      samples.filter((sample) => sample.split === split),
      seed,
    );
  if (samples.every(({ split }) => split === undefined)) {
    const [test, rest] = cut(shuffle(samples, seed), 0.7, seed);
    const [validation, train] = cut(rest, 0.1, seed);
    return { train, validation, test, duplicates: 0 };
  }
  const test = named("test");
  if (samples.some(({ split }) => split === "validation")) {
    return { train: named("train"), validation: named("validation"), test, duplicates: 0 };
  }
  const [validation, train] = cut(named("train"), 0.1, seed);
  return { train, validation, test, duplicates: 0 };
}

/** `Dataset.shuffle(seed)`. */
function shuffle(samples: readonly Sample[], seed: number): Sample[] {
  return Array.from(numpyPermutation(seed, samples.length), (i) => samples[i]!);
}

/** `Dataset.train_test_split(fraction, seed)`, the test part first: it shuffles once more, with a generator of its own. */
function cut(samples: readonly Sample[], fraction: number, seed: number): [Sample[], Sample[]] {
  const shuffled = shuffle(samples, seed);
  const size = Math.ceil(fraction * samples.length);
  return [shuffled.slice(0, size), shuffled.slice(size)];
}
