import type { Engine } from "../model/engine";
import { temporarySpool } from "../native/temporary-spool";
import type { StoredSae } from "../sae/folder";
import { nativeLayer } from "../sae/hook-point";
import type { SaeOptions } from "../sae/options";
import { Reconstruction } from "../sae/reconstruction";
import { Sae } from "../sae/sae";
import { joined } from "../statistics/joined";
import { replaceRows } from "../steering/replace-rows";
import { addLoss, addReplaced, type Baseline, type LossSums, noLoss, readSequences } from "./losses";
import { RowSums } from "./row-sums";
import type { ReplacedLoss, SaeQuality } from "./sae-quality";

/** An SAE while it is evaluated. */
export interface Subject {
  readonly sae: StoredSae;
  readonly reconstruction: Reconstruction;
  readonly rows: RowSums;
  readonly losses: Readonly<Record<keyof ReplacedLoss, LossSums>>;
}

/** In how many ways the rows of each are replaced. */
export const N_WAYS = 3;

const SPOOL_BYTES = 2 ** 30;

export async function subjectOf(sae: StoredSae, options: SaeOptions): Promise<Subject> {
  await using loaded = await Sae.load(sae, options);
  const losses = { spliced: noLoss(), zeroAblated: noLoss(), meanAblated: noLoss() };
  const rows = new RowSums(loaded.dModel, loaded.dSae);
  return { sae, reconstruction: await Reconstruction.of(loaded), rows, losses };
}

/** Reads sequences as they are: the rows of every SAE but each sequence's first, and the baseline's loss. */
export async function measureRows(
  engine: Engine,
  sequences: readonly Int32Array[],
  subjects: readonly Subject[],
  baseline: LossSums,
  signal?: AbortSignal,
): Promise<void> {
  const { nEmbd } = engine.model.info;
  const layerOf = ({ sae }: Subject) => nativeLayer(sae.config.hook);
  const layers = [...new Set(subjects.map(layerOf))].sort((a, b) => a - b);
  const spool = temporarySpool(layers, nEmbd, SPOOL_BYTES);
  try {
    const asked = (slot: number) => ({ capture: { spool, slot, positions: "prompt" as const } });
    for (const branch of await readSequences(engine, sequences, undefined, asked, signal)) addLoss(baseline, branch);
    for (const layer of layers) {
      const rows = await Promise.all(sequences.map((_, slot) => spool.rows(layer, slot)));
      const measured = joined(
        Float32Array,
        rows.map((ofOne) => ofOne.subarray(nEmbd)),
      );
      for (const subject of subjects.filter((one) => layerOf(one) === layer))
        subject.rows.add(await subject.reconstruction.measure(measured, { signal }));
    }
  } finally {
    await spool.dispose();
  }
}

/** Reads them with the rows of one SAE's layer replaced, in each way. */
export async function measureReplaced(
  engine: Engine,
  baseline: Baseline,
  { sae, reconstruction, rows, losses }: Subject,
  signal?: AbortSignal,
): Promise<void> {
  const { mean } = rows;
  const ways = { spliced: reconstruction, zeroAblated: new Float32Array(mean.length), meanAblated: mean };
  for (const [way, by] of Object.entries(ways) as [keyof ReplacedLoss, Reconstruction | Float32Array][])
    await addReplaced(losses[way], engine, baseline, replaceRows(nativeLayer(sae.config.hook), by), signal);
}

export function qualityOf({ sae, rows, losses }: Subject, baseline: LossSums): SaeQuality {
  const { spliced, zeroAblated, meanAblated } = losses;
  const ofEach = (of: (sums: LossSums) => number): ReplacedLoss => ({
    spliced: of(spliced),
    zeroAblated: of(zeroAblated),
    meanAblated: of(meanAblated),
  });
  const loss = { baseline: baseline.loss / baseline.predictions, ...ofEach((sums) => sums.loss / sums.predictions) };
  const recovered = (ablated: number) => (ablated - loss.spliced) / (ablated - loss.baseline);
  const { layer, site } = sae.config.hook;
  return {
    ...{ sae: sae.id, layer, site, dSae: sae.config.dSae },
    ...rows.result,
    predictions: baseline.predictions,
    loss,
    lossRecovered: { zero: recovered(loss.zeroAblated), mean: recovered(loss.meanAblated) },
    kl: ofEach((sums) => sums.kl / sums.klPredictions),
    klPredictions: spliced.klPredictions,
  };
}
