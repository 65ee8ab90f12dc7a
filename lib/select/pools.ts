import type { EngineOptions } from "../model/options";
import type { Model } from "../model/model";
import { once } from "../once";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import type { RankedFeature, Ranking } from "../rank/ranking";
import type { Shard } from "../run/shards";
import { steeredLayers } from "../sae/convention";
import type { SaeFolder } from "../sae/folder";
import type { Directions } from "../steering/vectors";
import { candidatesOf, type Candidates } from "./candidates";
import { selectJointly, type Joint } from "./joint";
import type { Choice } from "./options";
import { OUTPUT_SCORE, outputScores } from "./output-score";
import { readPredictors } from "./predictors";
import type { OutputScoreRecord, Pool, Selection } from "./selection";

/** What is asked about features beside the ranking. */
export interface PoolSurroundings extends WorkOptions {
  readonly model: Model;
  readonly saes: readonly SaeFolder[];
  /** The runs that were ranked, read when they are needed. */
  readonly shards: () => Promise<readonly Shard[]>;
  readonly directionsOf: Directions;
  readonly engine?: EngineOptions | undefined;
}

/** Features of each layer, best first, and the pools that each is of. */
export interface Pooled {
  readonly layers: readonly (readonly RankedFeature[])[];
  readonly poolsOf: ReadonlyMap<RankedFeature, readonly Pool[]>;
  /** How the pools came about. */
  readonly records: Pick<Selection, "outputScores" | "joint">;
}

/** The ways in which candidates are found among what `significance` leaves of a ranking; each is gone once. */
export class Pools {
  constructor(
    private readonly ranking: Ranking,
    private readonly choice: Choice,
    private readonly around: PoolSurroundings,
  ) {}

  /** All that the ranking keeps. @throws as `candidatesOf` */
  get all(): Candidates {
    return candidatesOf(this.ranking, { ...this.choice, most: Infinity });
  }

  /** Those that act on what the model says. */
  readonly acting = once(async (): Promise<{ kept: ReadonlySet<RankedFeature>; record: OutputScoreRecord }> => {
    const { minOutputScore: least } = this.choice;
    const features = this.all.layers.flat();
    const nativeLayerOf = steeredLayers(this.ranking);
    const scores = await outputScores(features, { ...this.around, nativeLayerOf });
    const scored = features.map(({ sae, layer, feature }, i) => ({ sae, layer, feature, score: scores[i]! }));
    return {
      kept: new Set(features.filter((_, i) => scores[i]! >= least)),
      record: { ...OUTPUT_SCORE, least, features: scored },
    };
  });

  /** Those that a sparse fit keeps; none of none. */
  readonly joint = once(async (): Promise<Joint | undefined> => {
    const { shards, onProgress, signal } = this.around;
    const features = this.all.layers.flat();
    if (features.length === 0) return undefined;
    const { predictors, outcomes, clusters } = await readPredictors(features, this.ranking, await shards());
    const step = `sparse fit of ${quantity(predictors.length, "feature")}`;
    const onFit = (done: number, total: number) => onProgress?.({ step, done, total, unit: "fits" });
    return await selectJointly(predictors, outcomes, { clusters, seed: this.choice.seed, onFit, signal });
  });

  /** Of each layer the first `most` of each pool; of the joint fit all. */
  async pooled(pools: readonly Pool[], most: number): Promise<Pooled> {
    const { layers } = this.all;
    const acting = pools.includes("output-score") ? await this.acting() : undefined;
    const joint = pools.includes("joint") ? await this.joint() : undefined;
    const poolsOf = new Map<RankedFeature, Pool[]>();
    const add = (pool: Pool, features: readonly RankedFeature[]) => {
      if (!pools.includes(pool)) return;
      for (const feature of features) poolsOf.set(feature, [...(poolsOf.get(feature) ?? []), pool]);
    };
    for (const own of layers) {
      add("correlation", own.slice(0, most));
      add("output-score", own.filter((feature) => acting?.kept.has(feature)).slice(0, most));
      add(
        "joint",
        own.filter((feature) => joint?.kept.has(feature)),
      );
    }
    return {
      layers: layers.map((own) => own.filter((feature) => poolsOf.has(feature))).filter((own) => own.length > 0),
      poolsOf,
      records: { ...(acting && { outputScores: acting.record }), ...(joint && { joint: joint.record }) },
    };
  }
}
