import { invalidArgument } from "../errors";
import type { EngineOptions } from "../model/options";
import type { Model } from "../model/model";
import { measureNeutral } from "../neutral/measure";
import { neutralPart, sourceOf, type NeutralText } from "../neutral/part";
import type { WorkOptions } from "../progress";
import type { SteeringProfile } from "../steering/profile";
import { profileSteering } from "../steering/profile-steering";
import type { RankedFeature, Ranking } from "../rank/ranking";
import { steeredLayers } from "../sae/convention";
import { selectAll } from "./all";
import { candidatesOf, type Candidates } from "./candidates";
import { selectCausal } from "./causal";
import { coefficientsOf, type ResidualUnits } from "./coefficient";
import { dosesOf } from "./doses";
import { largestScaleWithin } from "./kl-budget";
import type { ValidationQuestions } from "./measure";
import type { Choice } from "./options";
import { selectPruned, selectPrunedByTest } from "./pruned";
import type { Selection, Variant } from "./selection";
import { selectSingle } from "./single";

/** What choosing needs besides the ranking. */
export interface Surroundings extends WorkOptions {
  readonly model: Model;
  readonly validation: ValidationQuestions;
  readonly units: ResidualUnits;
  readonly profileOf: (name: string, features: readonly RankedFeature[]) => Promise<SteeringProfile>;
  readonly engine?: EngineOptions | undefined;
}

/** Makes the selection of each variant out of one ranking. */
export class Chooser {
  constructor(
    private readonly ranking: Ranking,
    private readonly choice: Choice,
    private readonly around: Surroundings,
  ) {}

  async choose(variant: Variant): Promise<Selection> {
    if (variant === "causal") return this.chooseByEffect();
    const { dropped, layers } = candidatesOf(this.ranking, { ...this.choice, most: this.choice.topK });
    const candidates = { dropped, layers: await this.withCoefficients(layers) };
    const { features, validation } = await this.chooseAmong(candidates, variant);
    const { policy } = this.choice;
    if (policy.kind !== "kl" || features.length === 0) {
      return { variant, features, dropped, ...(validation && { validation }) };
    }
    const neutral = await neutralPart(this.choice.neutralText, "tuning");
    const within = await largestScaleWithin(policy.nats, (scales) => this.divergences(features, scales, neutral));
    const budget = { ...within, neutral: sourceOf(neutral) };
    return { variant, features: scaled(features, budget.scale), dropped, ...(validation && { validation }), budget };
  }

  private async chooseAmong(candidates: Candidates, variant: Exclude<Variant, "causal">) {
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
    const { candidates: most, policy, outcome = validation.hasMargins ? "choice" : "score", seed } = this.choice;
    if (outcome !== "score" && !validation.hasMargins) {
      throw invalidArgument("outcome", '"score" where not every question has choices', outcome);
    }
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

  private async withCoefficients(layers: Candidates["layers"]): Promise<RankedFeature[][]> {
    const result = [];
    for (const features of layers) {
      const coefficients = await coefficientsOf(this.choice.policy, features, this.around.units);
      result.push(features.map((feature, i) => ({ ...feature, coefficient: coefficients[i]! })));
    }
    return result;
  }

  private async divergences(
    features: readonly RankedFeature[],
    scales: readonly number[],
    { texts }: NeutralText,
  ): Promise<number[]> {
    const { model, profileOf, engine: options, onProgress, signal } = this.around;
    const arms = [];
    for (const scale of scales) {
      const name = `scale ${scale}`;
      const profile = await profileOf(name, scaled(features, scale)); // not its multiple: a decoder bias stays as it is
      arms.push({ name, steering: profileSteering(profile) });
    }
    await using engine = await model.createEngine(options);
    return (await measureNeutral(engine, arms, { texts, onProgress, signal })).map(({ meanKl }) => meanKl);
  }
}

function scaled(features: readonly RankedFeature[], scale: number): RankedFeature[] {
  return features.map((feature) => ({ ...feature, coefficient: feature.coefficient * scale }));
}
