import type { EvaluatedSample } from "../evaluate/evaluated-sample";
import type { ArmAnswer } from "../ask/arm-answer";
import { predictedNumber } from "../score/gsm8k-official";

/** One line of the published code's file of an arm's answers. */
export interface OfficialAnswer {
  readonly prompt: string;
  readonly think: null;
  readonly ground_truth: string;
  readonly predicted: string;
  readonly few_shots: null;
}

/** An answer that steering changed, and how it scored before and after. */
export interface OfficialChange extends OfficialAnswer {
  readonly baseline: string;
  readonly baseline_reward: number;
  readonly steered_reward: number;
}

/** What steering did to the answers of a test set, as `calculate_ser_with_baseline` counts it. */
export interface OfficialMetrics {
  readonly name: string;
  readonly model: string;
  readonly task: string;
  readonly layers: readonly number[];
  readonly accuracy: number;
  readonly pos_count: number;
  readonly neg_count: number;
  /** Those whose reward changed: other wrong answers do not count. */
  readonly total_changed: number;
  readonly ser: number | null;
  readonly pos_ratio: number | null;
  readonly neg_ratio: number | null;
}

export function officialAnswers(samples: readonly EvaluatedSample[], arm: string, task: string): OfficialAnswer[] {
  return samples.map((sample) => officialAnswer(sample, arm, task));
}

/** The answers that differ from the baseline's and score higher, and those that score lower. */
export function officialChanges(
  samples: readonly EvaluatedSample[],
  arm: string,
  baseline: string,
  task: string,
): { positive: OfficialChange[]; negative: OfficialChange[] } {
  const changes = samples.flatMap((sample): OfficialChange[] => {
    const answer = officialAnswer(sample, arm, task);
    const before = officialAnswer(sample, baseline, task).predicted;
    const rewards = {
      baseline_reward: answerOf(sample, baseline).score,
      steered_reward: answerOf(sample, arm).score,
    };
    return before === answer.predicted ? [] : [{ ...answer, baseline: before, ...rewards }];
  });
  return {
    positive: changes.filter((change) => change.steered_reward > change.baseline_reward),
    negative: changes.filter((change) => change.steered_reward < change.baseline_reward),
  };
}

export function officialMetrics(
  named: Pick<OfficialMetrics, "name" | "model" | "task" | "layers" | "accuracy">,
  { positive, negative }: { positive: readonly unknown[]; negative: readonly unknown[] },
): OfficialMetrics {
  const total = positive.length + negative.length;
  const share = (count: number) => (total === 0 ? null : count / total);
  return {
    ...named,
    pos_count: positive.length,
    neg_count: negative.length,
    total_changed: total,
    ser: share(negative.length),
    pos_ratio: share(positive.length),
    neg_ratio: share(negative.length),
  };
}

function officialAnswer(sample: EvaluatedSample, arm: string, task: string): OfficialAnswer {
  const { completion } = answerOf(sample, arm);
  return {
    prompt: sample.prompt,
    think: null,
    ground_truth: sample.expected,
    predicted: task === "gsm8k" ? predictedNumber(completion) : completion.trim(),
    few_shots: null,
  };
}

function answerOf({ arms }: EvaluatedSample, arm: string): ArmAnswer {
  return arms[arm]!;
}
