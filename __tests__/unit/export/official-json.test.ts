import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EvaluatedSample } from "../../../lib/evaluate/evaluated-sample";
import { officialAnswers, officialChanges, officialMetrics } from "../../../lib/export/official-answers";
import { officialFeatures } from "../../../lib/export/official-features";
import { exportOfficial } from "../../../lib/export/official-json";
import { answersFileName, featuresFileName, officialNames } from "../../../lib/export/official-names";
import type { SelectionFile } from "../../../lib/select/selection";
import { manifest } from "../../support/manifest";
import { rankedFeature, rankingOf } from "../../support/ranking";
import { temporaryFolder } from "../../support/temporary-folder";

const run = temporaryFolder();
const ranking = rankingOf([rankedFeature(1, 3, 0.5, 2), rankedFeature(1, 4, -0.4, -3), rankedFeature(2, 5, 0.25, 4)]);
const policy = { significance: "none", alpha: 0.05, topK: 1, coefficient: "mean", decode: false, seed: 42 } as const;
const [best, , other] = ranking.layers.flatMap(({ features }) => features);
const selections: SelectionFile = {
  ...{ format: 3, ...policy },
  selections: [
    { variant: "S", features: [best!], dropped: [] },
    { variant: "A", features: [best!, other!], dropped: [] },
    { variant: "P", features: [], dropped: [] },
    { variant: "causal", features: [other!], dropped: [] },
  ],
};

test("lists features by sign, in percent, with the mean on correct samples; the selected one as it is steered", () => {
  const negative = rankedFeature(1, 4, -0.4, -3);
  const written = officialFeatures(
    rankingOf([best!, { ...negative, coefficientCorrect: 3, coefficientIncorrect: 5 }]),
    { model: "gemma2b", task: "mmlu" },
    "global",
    [negative],
  );
  expect(written).toMatchObject({ model: "gemma2b", task: "mmlu", mode: "global", steers: [1], samples: 10 });
  expect(Object.keys(written)).toEqual(
    ["model", "task", "mode", "steers", "results", "samples", "pool", "steer_pool", "progress"], // as in the original
  );
  const { top_positive, top_negative, selected } = written.results[1]!;
  expect(top_positive).toEqual([
    {
      feature_index: 3,
      coefficient: 2,
      correlation: 0.5,
      frequency: 50,
      stats: { freq_correct: 50, freq_incorrect: 0, coeff_success: 2, coeff_failure: 0 },
    },
  ]);
  expect(top_negative).toMatchObject([{ feature_index: 4, coefficient: 3, correlation: -0.4 }]);
  expect(selected).toMatchObject({ feature_index: 4, coefficient: -3 });
});

test("names files as the published code does: what is not its default is in the name", () => {
  const { model, task } = manifest();
  const bbq = officialNames({ model: { ...model, name: "gemma-2-2b-it" }, task: { ...task, name: "bbq-ambig" } });
  expect(bbq).toEqual({ model: "gemma2b", task: "bbq", filter: "ambig" });
  expect(featuresFileName(bbq, "global", ranking, selections, task)).toBe("gemma2b_bbq_global_corr_ambig");
  const llama = officialNames({ model: { ...model, name: "Llama 3.1-8B" }, task: { ...task, name: "mmlu-pro" } });
  expect(llama.task).toBe("mmlupro");
  const gsm8k = { model: "llama8", task: "gsm8k" };
  const mean = { ...ranking, pooling: "mean", steerPooling: "mean", score: "fisher", reverse: true } as const;
  expect(featuresFileName(gsm8k, "foreach", mean, { decode: true }, task)).toBe(
    "llama8_gsm8k_foreach_fisher_mean_mean_decode_reverse",
  );
  expect(featuresFileName(gsm8k, 13, ranking, selections, task)).toBe("llama8_gsm8k_13_corr");
  expect(answersFileName(gsm8k, [])).toBe("llama8_gsm8k_eval");
  expect(answersFileName(gsm8k, [rankedFeature(3, 11, 0.2, 4.6)])).toBe("llama8_gsm8k_3_11_5");
  expect(answersFileName(bbq, [best!, other!])).toBe("gemma2b_bbq_ambig_multi_2");
});

test("counts as the published code does: changed answers whose reward changed", () => {
  const answer = (completion: string, score: number) =>
    ({ completion, score, generatedTokens: 1, stopReason: "length" }) as const;
  const asked = (id: string, before: [string, number], after: [string, number]): EvaluatedSample => ({
    ...{ id, prompt: `${id}?`, expected: "A" },
    arms: { baseline: answer(...before), A: answer(...after) },
  });
  const samples = [
    asked("better", [" B", 0], [" A", 1]),
    asked("worse", [" A", 1], [" B", 0]),
    asked("other wrong", [" B", 0], [" C", 0]),
    asked("same", [" A", 1], [" A", 1]),
    asked("better too", ["", 0], [" A ", 1]),
  ];
  const changes = officialChanges(samples, "A", "baseline", "mmlu");
  expect(changes.positive).toMatchObject([
    { prompt: "better?", ground_truth: "A", predicted: "A", baseline: "B", baseline_reward: 0, steered_reward: 1 },
    { prompt: "better too?", baseline: "" },
  ]);
  expect(changes.negative).toMatchObject([{ prompt: "worse?" }]);
  const named = { name: "x", model: "gemma2b", task: "mmlu", layers: [1], accuracy: 0.6 };
  expect(officialMetrics(named, changes)).toMatchObject({ pos_count: 2, neg_count: 1, total_changed: 3, ser: 1 / 3 });
  expect(officialMetrics(named, { positive: [], negative: [] })).toMatchObject({ total_changed: 0, ser: null });
  expect(officialAnswers(samples, "A", "mmlu")[0]).toEqual({
    ...{ prompt: "better?", think: null, ground_truth: "A", predicted: "A", few_shots: null },
  });
});

test("writes the features of S, A and P of a run that was not evaluated", async () => {
  const put = (name: string, value: unknown) => {
    writeFileSync(join(run, name), JSON.stringify(value));
  };
  put("run.json", manifest());
  writeFileSync(join(run, "samples.jsonl"), "");
  put("ranking.json", ranking);
  await expect(exportOfficial(run)).rejects.toMatchObject({ code: "ERR_RUN_INCOMPLETE" });
  put("selection.json", selections);

  const written = await exportOfficial(run);

  const names = ["global", "foreach", "1"].map((mode) => expect.stringMatching(`_${mode}_corr\\.json$`) as string);
  expect(new Set(readdirSync(join(run, "official")))).toEqual(new Set(names));
  const [single, all, pruned] = written.map((path) => JSON.parse(readFileSync(path, "utf8")) as { steers: number[] });
  expect(single).toMatchObject({ mode: 1, steers: [1], results: { 1: { selected: { feature_index: 3 } } } });
  expect(all).toMatchObject({ mode: "global", steers: [1, 2] });
  expect(pruned).toMatchObject({ mode: "foreach", steers: [], results: {} });
});
