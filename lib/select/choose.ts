import { invalidArgument } from "../errors";
import { neutralPart, sourceOf, type NeutralText } from "../neutral/part";
import type { Scaled } from "../neutral/largest-within";
import { scalesWithin } from "../neutral/scale-within";
import type { SteeringProfile } from "../steering/profile";
import type { PlacedProbe } from "../probe/probes";
import { profileSteering } from "../steering/profile-steering";
import type { RankedFeature, Ranking } from "../rank/ranking";
import { steeredLayers } from "../sae/convention";
import { selectAll } from "./all";
import { dosesWithin } from "./budget";
import { candidatesOf, type Candidates } from "./candidates";
import { selectCausal } from "./causal";
import { lookAheadOfCausal, type CausalAheadOptions } from "./causal-ahead";
import { coefficientsOf, type ResidualUnits } from "./coefficient";
import { dosesOf, type Dose } from "./doses";
import type { OutcomeName } from "./effect";
import type { Trial } from "./gate";
import { selectGated } from "./gated";
import type { ValidationQuestions } from "./measure";
import { isJoint, type Choice } from "./options";
import { Pools, type PoolSurroundings } from "./pools";
import { selectPruned, selectPrunedByTest } from "./pruned";
import type { Selection, Variant } from "./selection";
import { selectSingle } from "./single";

/** What choosing needs besides the ranking. */
export interface Surroundings extends Omit<PoolSurroundings, "directionsOf">, CausalAheadOptions {
  readonly validation: ValidationQuestions;
  readonly units: ResidualUnits;
  readonly profileOf: (name: string, trial: Trial) => Promise<SteeringProfile>;
  /** Of the run that was ranked. */
  readonly probes: () => Promise<readonly PlacedProbe[]>;
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
  private readonly pools: Pools;

  constructor(
    private readonly ranking: Ranking,
    private readonly choice: Choice,
    private readonly around: Surroundings,
  ) {
    this.pools = new Pools(ranking, choice, { ...around, directionsOf: around.units.directionsOf });
  }

  async choose(variant: Variant): Promise<Chosen> {
    if (variant === "gated") return this.chooseGates();
    const selection = variant === "causal" ? await this.chooseByEffect() : await this.chooseRanked(variant);
    return { selection, trial: selection.features };
  }

  private async chooseRanked(variant: RankedVariant): Promise<Selection> {
    const chosen = { variant, ...(await this.chooseFeatures(variant)) };
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
    const { layers, dropped } = this.pools.all;
    const { kept, record } = await this.pools.acting();
    const best = layers.map((own) => own.filter((feature) => kept.has(feature)).slice(0, this.choice.topK));
    return { features: (await this.withCoefficients(best)).flat(), dropped, outputScores: record };
  }

  /** By the coefficients of the policy, or the fit's own. */
  private async chooseJointly(variant: RankedVariant): Promise<Omit<Selection, "variant">> {
    const { layers, dropped } = this.pools.all;
    const joint = await this.pools.joint();
    if (!joint) return { features: [], dropped };
    const { features, kept, record } = joint;
    if (variant === "joint-weighted") return { features, dropped, joint: record };
    const own = layers.map((own) => own.filter((feature) => kept.has(feature)));
    return { features: (await this.withCoefficients(own)).flat(), dropped, joint: record };
  }

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
    const { validation, units, onCausalAhead, signal } = this.around;
    const { candidates: mostOfLayer, pools, policy, seed, budget } = this.choice;
    const outcome = this.outcome();
    const nativeLayerOf = steeredLayers(this.ranking);
    const { dropped } = this.pools.all;
    const { layers, poolsOf, records } = await this.pools.pooled(pools, mostOfLayer);
    await units.directionsOf(layers.flat()); // read together
    const dosesOfFeature = async (feature: RankedFeature) =>
      (await dosesOf([feature], policy, this.choice, units)).map((dose) => ({ ...dose, pools: poolsOf.get(feature)! }));
    const offered: Dose[][][] = [];
    for (const features of layers) offered.push(await Promise.all(features.map(dosesOfFeature)));
    const doses = dosesWithin(budget ?? Infinity, offered, validation.n);
    const leftOut = offered.flat(2).length - doses.length;
    onCausalAhead?.(lookAheadOfCausal(doses, leftOut, validation.n, { budget: budget ?? Infinity, nativeLayerOf }));
    const { features, record, ranOut } = await selectCausal(doses, validation, {
      ...{ outcome, seed, nativeLayerOf, budget, signal },
    });
    return {
      ...{ variant: "causal", features, dropped, ...records },
      causal: {
        ...{ ...record, mostOfLayer, pools: [...pools] },
        ...(budget !== undefined && { budget: { answers: budget, leftOut, ranOut } }),
      },
    };
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
    for (const features of layers.filter((own) => own.length > 0)) {
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
    const budget = { nats, of: "meanKl", texts, onProgress, signal } as const;
    const [found] = await scalesWithin(engine, [{ name: "scaled", steeringAt }], budget);
    return found!;
  }
}

function scaled(features: readonly RankedFeature[], scale: number): RankedFeature[] {
  return features.map((feature) => ({ ...feature, coefficient: feature.coefficient * scale }));
}
