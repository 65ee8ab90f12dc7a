import type { Column } from "./column";
import type { Outcomes } from "./outcomes";

/**
 * Probability that a correct sample has the larger activation than another one, ties counting half (Mann and Whitney
 * 1947); of the smaller activation for a feature of negative r. Samples in which the feature is silent tie at 0.
 */
export function auroc({ samples, values }: Column, { correct, nCorrect }: Outcomes, r: number): number {
  const nWrong = correct.length - nCorrect;
  const silentRight = samples.reduce((left, sample) => left - correct[sample]!, nCorrect);
  const blocks = Array.from(samples, (sample, entry) => {
    const right = correct[sample]!;
    return { value: values[entry]!, right, wrong: 1 - right };
  });
  blocks.push({ value: 0, right: silentRight, wrong: correct.length - samples.length - silentRight });
  blocks.sort((a, b) => a.value - b.value);
  let [wins, wrongBelow] = [0, 0];
  for (let begin = 0; begin < blocks.length;) {
    const { value } = blocks[begin]!;
    let [right, wrong, end] = [0, 0, begin];
    for (; end < blocks.length && blocks[end]!.value === value; end++) {
      right += blocks[end]!.right;
      wrong += blocks[end]!.wrong;
    }
    wins += right * (wrongBelow + wrong / 2);
    wrongBelow += wrong;
    begin = end;
  }
  const area = wins / (nCorrect * nWrong);
  return r < 0 ? 1 - area : area;
}
