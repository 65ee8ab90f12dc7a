import { invalidArgument } from "../errors";
import type { EngineOptions } from "../model/options";
import type { Model } from "../model/model";
import { neutralPart, sourceOf, type NeutralText } from "../neutral/part";
import { scaleWithin, type Scaled } from "../neutral/scale-within";
import { once } from "../once";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import type { SteeringProfile } from "../steering/profile";
import type { PlacedProbe } from "../probe/probes";
import { profileSteering } from "../steering/profile-steering";
import type { RankedFeature, Ranking } from "../rank/ranking";
import type { Shard } from "../run/shards";
import { steeredLayers } from "../sae/convention";
import type { SaeFolder } from "../sae/folder";
import { selectAll } from "./all";
import { candidatesOf, type Candidates } from "./candidates";
import { selectCausal } from "./causal";
import { coefficientsOf, type ResidualUnits } from "./coefficient";
import { dosesOf } from "./doses";
import type { OutcomeName } from "./effect";
import type { Trial } from "./gate";
import { selectGated } from "./gated";
import type { ValidationQuestions } from "./measure";
import { selectJointly, type Joint } from "./joint";
import { isJoint, type Choice } from "./options";
import { OUTPUT_SCORE, outputScores } from "./output-score";
import { readPredictors } from "./predictors";
import { selectPruned, selectPrunedByTest } from "./pruned";
import type { Selection, Variant } from "./selection";
import { selectSingle } from "./single";

/** What choosing needs besides the ranking. */
export interface Surroundings extends WorkOptions {
  readonly model: Model;
  readonly saes: readonly SaeFolder[];
  /** The runs that were ranked, read when they are needed. */
  readonly shards: () => Promise<readonly Shard[]>;
  readonly validation: ValidationQuestions;
  readonly units: ResidualUnits;
  readonly profileOf: (name: string, trial: Trial) => Promise<SteeringProfile>;
  /** Of the run that was ranked. */
  readonly probes: () => Promise<readonly PlacedProbe[]>;
  readonly engine?: EngineOptions | undefined;
}

/** A selection, and what its profile steers with. */
export interface Chosen {
  readonly selection: Selection;
  readonly trial: Trial;
}

/** Those that take what the ranking puts first. */
type RankedVariant = Exclude<Variant, "causal" | "gated">;

/** Makes the selection of each variant out of one ranking. */
export class Chooser {
  constructor(
    private readonly ranking: Ranking,
    private readonly choice: Choice,
    private readonly around: Surroundings,
  ) {}

  async choose(variant: Variant): Promise<Chosen> {
    if (variant === "gated") return this.chooseGates();
    const selection = variant === "causal" ? await this.chooseByEffect() : await this.chooseRanked(variant);
    return { selection, trial: selection.features };
  }

  private async chooseRanked(variant: RankedVariant): Promise<Selection> {
    const chosen = {
      variant,
      ...(await this.chooseFeatures(variant)),
    };
    const { features } = chosen;
    const { policy } = this.choice;
    if (policy.kind !== "kl" || features.length === 0) return chosen;
    const neutral = await neutralPart(this.choice.neutralText, "tuning");
    const { scale, kl } = await this.scaleWithin(policy.nats, features, neutral);
    const budget = { scale, meanKl: kl, neutral: sourceOf(neutral) };
    return { ...chosen, features: scaled(features, budget.scale), budget };
  }

  private chooseFeatures(variant: RankedVariant): Promise<Omit<Selection, "variant">> {
    if (isJoint(variant)) return this.chooseJointly(variant);
    return variant === "output-score" ? this.chooseByOutput() : this.chooseByRank(variant);
  }

  private async chooseByRank(variant: RankedVariant): Promise<Omit<Selection, "variant">> {
    const { dropped, layers } = candidatesOf(this.ranking, { ...this.choice, most: this.choice.topK });
    const candidates = { dropped, layers: await this.withCoefficients(layers) };
    const { features, validation } = await this.chooseAmong(candidates, variant);
    return { features, dropped, ...(validation && { validation }) };
  }

  /** As A, of the features that act on what the model says. */
  private async chooseByOutput(): Promise<Omit<Selection, "variant">> {
    const { topK, minOutputScore: least } = this.choice;
    const { layers, dropped } = candidatesOf(this.ranking, { ...this.choice, most: Infinity });
    const scores = await this.scored(layers);
    const kept = layers.map((own) => own.filter((feature) => scores.get(feature)! >= least).slice(0, topK));
    const features = [...scores].map(([{ sae, layer, feature }, score]) => ({ sae, layer, feature, score }));
    return {
      features: (await this.withCoefficients(kept.filter((own) => own.length > 0))).flat(),
      dropped,
      outputScores: { ...OUTPUT_SCORE, least, features },
    };
  }

  private readonly scored = once(async (layers: Candidates["layers"]): Promise<ReadonlyMap<RankedFeature, number>> => {
    const features = layers.flat();
    const scores = await outputScores(features, {
      ...this.around,
      directionsOf: this.around.units.directionsOf,
      nativeLayerOf: steeredLayers(this.ranking),
    });
    return new Map(features.map((feature, i) => [feature, scores[i]!]));
  });

  /** By the coefficients of the policy, or the fit's own. */
  private async chooseJointly(variant: RankedVariant): Promise<Omit<Selection, "variant">> {
    const { layers, dropped } = candidatesOf(this.ranking, { ...this.choice, most: Infinity });
    if (layers.length === 0) return { features: [], dropped };
    const { features, record } = await this.fitted(layers);
    if (variant === "joint-weighted") return { features, dropped, joint: record };
    const kept = layers.map((own) =>
      own.filter(({ sae, feature }) => features.some((of) => of.sae === sae && of.feature === feature)),
    );
    const withCoefficients = await this.withCoefficients(kept.filter((own) => own.length > 0));
    return { features: withCoefficients.flat(), dropped, joint: record };
  }

  private readonly fitted = once(async (layers: Candidates["layers"]): Promise<Joint> => {
    const { shards, onProgress, signal } = this.around;
    const { predictors, outcomes, clusters } = await readPredictors(layers.flat(), this.ranking, await shards());
    const step = `sparse fit of ${quantity(predictors.length, "feature")}`;
    const onFit = (done: number, total: number) => onProgress?.({ step, done, total, unit: "fits" });
    return await selectJointly(predictors, outcomes, { clusters, seed: this.choice.seed, onFit, signal });
  });

  private async chooseAmong(candidates: Candidates, variant: RankedVariant) {
    const { validation } = this.around;
    const isPruned = variant === "P" || variant === "P+";
    if (isPruned && candidates.layers.length === 0) return { features: [], validation: undefined }; // nothing to ask about
    if (variant === "P") return selectPruned(candidates, validation);
    if (variant === "P+") return selectPrunedByTest(candidates, validation, this.choice.seed, this.around.signal);
    const features = variant === "S" ? selectSingle(candidates) : selectAll(candidates);
    return { features, validation: undefined };
  }

  private async chooseByEffect(): Promise<Selection> {
    const { validation, units } = this.around;
    const { candidates: most, policy, seed } = this.choice;
    const outcome = this.outcome();
    const { layers, dropped } = candidatesOf(this.ranking, { ...this.choice, most });
    const doses = [];
    for (const features of layers) doses.push(...(await dosesOf(features, policy, this.choice, units)));
    const { features, record } = await selectCausal(doses, validation, {
      outcome,
      seed,
      nativeLayerOf: steeredLayers(this.ranking),
      signal: this.around.signal,
    });
    return { variant: "causal", features, dropped, causal: record };
  }

  /** Chooses no features, so that their significance does not matter: what its probes are worth, validation says. */
  private async chooseGates(): Promise<Chosen> {
    const { validation, probes, onProgress, signal } = this.around;
    const { gateGrid, seed } = this.choice;
    const options = { outcome: this.outcome(), seed, gateGrid, onProgress, signal };
    const { gates, record } = await selectGated(await probes(), validation, options);
    return { selection: { variant: "gated", features: [], dropped: [], gated: record }, trial: gates };
  }

  private outcome(): OutcomeName {
    const { hasMargins } = this.around.validation;
    const { outcome = hasMargins ? "choice" : "score" } = this.choice;
    if (outcome === "score" || hasMargins) return outcome;
    throw invalidArgument("outcome", '"score" where not every question has choices', outcome);
  }

  private async withCoefficients(layers: Candidates["layers"]): Promise<RankedFeature[][]> {
    const result = [];
    for (const features of layers) {
      const coefficients = await coefficientsOf(this.choice.policy, features, this.around.units);
      result.push(features.map((feature, i) => ({ ...feature, coefficient: coefficients[i]! })));
    }
    return result;
  }

  private async scaleWithin(nats: number, features: readonly RankedFeature[], { texts }: NeutralText): Promise<Scaled> {
    const { model, profileOf, engine: options, onProgress, signal } = this.around;
    await using engine = await model.createEngine(options);
    // Not the profile's multiple: a decoder bias stays as it is.
    const steeringAt = async (scale: number) => profileSteering(await profileOf("scaled", scaled(features, scale)));
    return await scaleWithin(engine, { nats, of: "meanKl", texts, steeringAt, onProgress, signal });
  }
}

function scaled(features: readonly RankedFeature[], scale: number): RankedFeature[] {
  return features.map((feature) => ({ ...feature, coefficient: feature.coefficient * scale }));
}
