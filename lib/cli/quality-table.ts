import { percent } from "../report/format";
import type { SaeQuality } from "../quality/sae-quality";
import { table } from "./output";

/** A line an SAE, and what the columns are of. */
export function qualityTable(qualities: readonly SaeQuality[]): string[] {
  const { predictions, klPredictions, loss } = qualities[0]!;
  return [
    ...table([
      ["SAE", "features", "explained", "a row", "L0", "dead", "always on", "loss", "recovered", "of mean", "KL"],
      ...qualities.map(({ sae, dSae, loss, lossRecovered, ...of }) => [
        ...[sae, String(dSae), of.explainedVariance.toFixed(4), of.explainedVariancePerRow.toFixed(4)],
        ...[of.l0.toFixed(1), percent(of.deadShare), percent(of.alwaysOnShare)],
        ...[
          loss.spliced.toFixed(4),
          percent(lossRecovered.zero),
          percent(lossRecovered.mean),
          of.kl.spliced.toFixed(4),
        ],
      ]),
    ]),
    `Loss without an SAE ${loss.baseline.toFixed(4)} nats a token, of ${predictions} predictions; KL of ${klPredictions}.`,
  ];
}
