import { SteeringError } from "../../errors";
import type { FeaturePages } from "../../features/folder";
import { modelIdentity } from "../../model/identity";
import type { Lens } from "../../model/logit-lens";
import type { Model } from "../../model/model";
import { once } from "../../once";
import { RANKING_FILE, type Ranking, readRanking } from "../../rank/ranking";
import { type Example, readExamples } from "../../report/examples";
import { lensesOf } from "../../report/lens";
import { readShards } from "../../run/shards";
import { sourceDirectories } from "../../run/source";
import type { SaeFolder } from "../../sae/folder";
import { nativeLayer } from "../../sae/hook-point";
import { sameSaes } from "../features";
import type { RunFeature, RunQuery } from "../schemas/run";

/** What is known of a feature beside its numbers. */
export interface FeatureDetail extends Lens {
  readonly examples: readonly Example[];
}

const NO_LENS: Lens = { promoted: [], suppressed: [] };

/**
 * The features of a run's ranking, to be searched: its directory is read as it was when the server began, and what a request
 * names is looked for among them.
 */
export class SearchedRun {
  readonly #stopping = new AbortController();
  readonly #lenses = once(() => this.#readLenses());
  readonly #examples = once(() => this.#readExamples());

  private constructor(
    private readonly directory: string,
    private readonly model: Model,
    private readonly saes: readonly SaeFolder[],
    private readonly ranking: Ranking,
    readonly features: readonly RunFeature[],
    /** That it is of another file of the model's shape. */
    readonly warning: string | null,
  ) {}

  /** @throws ERR_RUN_INCOMPLETE before rank; ERR_FILE_FORMAT; ERR_SHAPE_MISMATCH for a run of another model */
  static async open(
    directory: string,
    model: Model,
    saes: readonly SaeFolder[],
    pageOf: FeaturePages,
  ): Promise<SearchedRun> {
    const ranking = await readRanking(directory);
    const [made, here] = [ranking.model, await modelIdentity(model)];
    if (made.nEmbd !== here.nEmbd || made.nLayer !== here.nLayer) throw ofAnotherModel(directory, made.name, here.name);
    const warning = made.sha256 === here.sha256 ? null : `The run is of another file of this shape: ${made.name}.`;
    const usable = ranking.convention === "sae" ? await sameSaes(ranking.saes, saes) : new Map<string, SaeFolder>();
    const features = featuresOf(ranking, usable, pageOf);
    return new SearchedRun(directory, model, saes, ranking, features, warning);
  }

  get task(): string {
    return this.ranking.task;
  }

  /** Of how many answers. */
  get n(): number {
    return this.ranking.n;
  }

  /** Those that are asked for, in their order; of equal r as they are ranked. */
  async search({ sort, layer, promotes, example }: RunQuery): Promise<RunFeature[]> {
    const lenses = promotes === undefined ? undefined : await this.#lenses();
    const examples = example === undefined ? undefined : await this.#examples();
    const found = this.features.filter(
      (feature) =>
        (layer === undefined || feature.layer === layer) &&
        (!lenses || lenses.get(feature.name)?.promoted.some(({ token }) => has(token, promotes!))) &&
        (!examples ||
          examples.get(feature.name)!.some((of) => has(of.prompt, example!) || has(of.completion, example!))),
    );
    return found.sort(sort === "highest-r" ? (a, b) => b.r - a.r : (a, b) => a.r - b.r);
  }

  async detail({ name }: RunFeature): Promise<FeatureDetail> {
    const [lenses, examples] = await Promise.all([this.#lenses(), this.#examples()]);
    return { ...(lenses.get(name) ?? NO_LENS), examples: examples.get(name)! };
  }

  /** Ends what is being read. */
  stop(): void {
    this.#stopping.abort(new Error("the server ends"));
  }

  async #readLenses(): Promise<ReadonlyMap<string, Lens>> {
    const usable = this.features.filter((feature) => feature.usable);
    const lenses = await lensesOf(this.model, this.saes, usable, { signal: this.#stopping.signal });
    return new Map(usable.map(({ name }, i) => [name, lenses[i]!]));
  }

  async #readExamples(): Promise<ReadonlyMap<string, readonly Example[]>> {
    const shards = await readShards(sourceDirectories(this.directory, RANKING_FILE, this.ranking.runs));
    const examples = await readExamples(shards, this.features);
    return new Map(this.features.map(({ name }, i) => [name, examples[i]!]));
  }
}

/** @param usable SAEs that are here, by their ids */
function featuresOf(ranking: Ranking, usable: ReadonlyMap<string, SaeFolder>, pageOf: FeaturePages): RunFeature[] {
  return ranking.layers.flatMap(({ features }, i) =>
    features.map(({ sae, layer, feature, r, familyWiseP, frequency, coefficient }) => ({
      ...{
        name: `${sae}/${feature}`,
        usable: usable.has(sae),
        sae,
        layer,
        native_layer: nativeLayer(ranking.saes[i]!),
      },
      ...{ feature, r, family_wise_p: familyWiseP, frequency, coefficient },
      page: pageOf(`${sae}/${feature}`) ?? null,
    })),
  );
}

/** Whether text has a part, in large or small letters. */
function has(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

function ofAnotherModel(directory: string, made: string, here: string): SteeringError {
  const message = `${directory} is a run of ${made}, the model that is served is ${here}: serve the run's`;
  return new SteeringError("ERR_SHAPE_MISMATCH", message, { directory, expected: made, actual: here });
}
