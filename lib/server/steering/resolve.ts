import type { ModelInfo } from "../../model/loaded-model";
import type { SaeFolder } from "../../sae/folder";
import { steer } from "../../steering/features";
import { createSteering, type LayerReach, type LayerVector } from "../../steering/create-steering";
import type { Steering } from "../../steering/steering";
import type { LayerVectorAsked, SteeringObject, SteeringPart } from "../schemas/steering";
import { ofFeature } from "../features";
import type { ProfileFolder } from "./profiles";
import { requireLayer, requireWidth, steeringAt, wrong } from "./refusal";
import { onRows } from "./rows";

type SteeredFeature = NonNullable<SteeringPart["features"]>[number];

/** What a request names, as a value. */
export class SteeringResolver {
  constructor(
    readonly info: ModelInfo,
    private readonly profiles: ProfileFolder,
    readonly saes: readonly SaeFolder[],
  ) {}

  /**
   * @param param what an error is about
   * @returns undefined where nothing is named
   * @throws ApiError 400 and 404
   */
  async resolve({ plus = [], ...first }: SteeringObject, param: string): Promise<Steering | undefined> {
    const parts = await Promise.all([
      this.#part(first, param),
      ...plus.map((part, i) => this.#part(part, `${param}.plus[${i}]`)),
    ]);
    return sumOf(parts);
  }

  async #part(part: SteeringPart, param: string): Promise<Steering | undefined> {
    const { profile, features = [], vectors, scale = 1, layers } = part;
    const whole = sumOf([
      profile === undefined ? undefined : (await this.profiles.get(profile, `${param}.profile`)).steering,
      ...(await Promise.all(features.map((feature, i) => this.#feature(feature, `${param}.features[${i}]`)))),
      vectors && this.#ofVectors(vectors, `${param}.vectors`),
    ]);
    const kept = layers ? whole?.onLayers(layers) : whole;
    const scaled = scale === 1 ? kept : kept?.scaled(scale);
    return scaled && (await onRows(scaled, part, param, this));
  }

  async #feature({ feature, coefficient, mode }: SteeredFeature, param: string): Promise<Steering> {
    try {
      return await steer(feature, coefficient, this.saes, mode && { mode });
    } catch (error) {
      throw ofFeature(error, param, this.saes);
    }
  }

  #ofVectors(vectors: readonly LayerVectorAsked[], param: string): Steering {
    for (const [i, { layer, vector, reach }] of vectors.entries()) {
      const at = `${param}[${i}]`;
      requireLayer(layer, `${at}.layer`, this.info);
      if (vector) requireWidth(vector, `${at}.vector`, this.info);
      if (reach) requireWidth(reach.weights, `${at}.reach.weights`, this.info);
    }
    const repeated = vectors.find(({ layer }, i) => vectors.findIndex((other) => other.layer === layer) !== i);
    if (repeated) throw wrong(param, "each layer once", repeated.layer);
    return steeringAt(param, () => createSteering(vectors.map(layerVectorOf)));
  }
}

function layerVectorOf({ layer, vector = [], reach }: LayerVectorAsked): LayerVector | LayerReach {
  const along = Float32Array.from(vector);
  if (!reach) return { layer, vector: along };
  const { bias = 0, ...score } = reach;
  return {
    layer,
    reach: { ...score, bias, weights: Float32Array.from(reach.weights) },
    ...(vector.length > 0 && { vector: along }),
  };
}

function sumOf(parts: readonly (Steering | undefined)[]): Steering | undefined {
  return parts.reduce((sum, part) => (sum && part ? sum.plus(part) : (sum ?? part)), undefined);
}
