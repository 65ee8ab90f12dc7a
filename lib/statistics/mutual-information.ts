import type { Column } from "./column";
import type { Outcomes } from "./outcomes";

/**
 * The published edges: 10^(d + k/4) for the decades d from -6 to 0 and k from 1 to 3, in single precision, and then 1,
 * which is out of order. The search below goes wrong there as torch.bucketize does: all above 10^0.75 is one bin.
 */
const PUBLISHED_EDGES = Float32Array.from([
  ...Array.from({ length: 21 }, (_, i) => 10 ** (Math.floor(i / 3) - 6 + ((i % 3) + 1) / 4)),
  1,
]);

/** The bin of the published histogram. */
export function publishedBin(value: number): number {
  return bucketize(value, PUBLISHED_EDGES);
}

/** The least index whose edge is not below `value`, of sorted edges: the search of torch.bucketize, kept step by step. */
function bucketize(value: number, edges: Float32Array): number {
  let [begin, end] = [0, edges.length];
  while (begin < end) {
    const middle = (begin + end) >> 1;
    if (edges[middle]! >= value) end = middle;
    else begin = middle + 1;
  }
  return begin;
}

/** Mutual information of pooled activation and being correct in nats, over the published histogram. */
export function publishedInformation(column: Column, outcomes: Outcomes): number {
  return informationOf(column, outcomes, PUBLISHED_EDGES);
}

/** Bins of the samples in which a feature fires; those in which it does not are one more. */
const QUANTILES = 4;

/** The same over bins that hold equally many of the samples in which the feature fires: ties stay in one bin. */
export function quantileInformation(column: Column, outcomes: Outcomes): number {
  const sorted = column.values.slice().sort();
  const upper = (k: number) => sorted[Math.ceil((k * sorted.length) / QUANTILES) - 1]!;
  const edges = [0, ...Array.from({ length: QUANTILES - 1 }, (_, k) => upper(k + 1))];
  return informationOf(column, outcomes, Float32Array.from(edges).sort());
}

function informationOf({ samples, values }: Column, { correct, nCorrect }: Outcomes, edges: Float32Array): number {
  const n = correct.length;
  const right = new Float64Array(edges.length + 1);
  const all = new Float64Array(edges.length + 1);
  const silent = bucketize(0, edges);
  all[silent] = n;
  right[silent] = nCorrect;
  samples.forEach((sample, entry) => {
    const bin = bucketize(values[entry]!, edges);
    all[bin]! += 1;
    all[silent]! -= 1;
    right[bin]! += correct[sample]!;
    right[silent]! -= correct[sample]!;
  });
  let information = 0;
  for (let bin = 0; bin < all.length; bin++) {
    const inBin = all[bin]!;
    for (const [count, inClass] of [
      [right[bin]!, nCorrect],
      [inBin - right[bin]!, n - nCorrect],
    ] as const) {
      if (count > 0) information += (count / n) * Math.log((count * n) / (inBin * inClass));
    }
  }
  return Math.max(0, information);
}
