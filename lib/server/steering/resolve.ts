import type { ModelInfo } from "../../model/loaded-model";
import type { SaeFolder } from "../../sae/folder";
import { steer } from "../../steering/features";
import { createSteering } from "../../steering/create-steering";
import type { Steering } from "../../steering/steering";
import { ApiError } from "../errors/api-error";
import type { SteeringObject, SteeringPart } from "../schemas/steering";
import { ofFeature } from "../features";
import type { ProfileFolder } from "./profiles";

type SteeredFeature = NonNullable<SteeringPart["features"]>[number];

/** What a request names, as a value. */
export class SteeringResolver {
  constructor(
    private readonly info: ModelInfo,
    private readonly profiles: ProfileFolder,
    private readonly saes: readonly SaeFolder[],
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
    return scale === 1 ? kept : kept?.scaled(scale);
  }

  async #feature({ feature, coefficient, mode }: SteeredFeature, param: string): Promise<Steering> {
    try {
      return await steer(feature, coefficient, this.saes, mode && { mode });
    } catch (error) {
      throw ofFeature(error, param, this.saes);
    }
  }

  #ofVectors(vectors: NonNullable<SteeringPart["vectors"]>, param: string): Steering {
    const { nEmbd, nLayer } = this.info;
    for (const [i, { layer, vector }] of vectors.entries()) {
      if (vector.length !== nEmbd) throw wrong(`${param}[${i}].vector`, `${nEmbd} numbers`, vector.length);
      if (layer >= nLayer) throw wrong(`${param}[${i}].layer`, `a layer before ${nLayer}`, layer);
    }
    const repeated = vectors.find(({ layer }, i) => vectors.findIndex((other) => other.layer === layer) !== i);
    if (repeated) throw wrong(param, "each layer once", repeated.layer);
    return createSteering(vectors.map(({ layer, vector }) => ({ layer, vector: Float32Array.from(vector) })));
  }
}

function sumOf(parts: readonly (Steering | undefined)[]): Steering | undefined {
  return parts.reduce((sum, part) => (sum && part ? sum.plus(part) : (sum ?? part)), undefined);
}

function wrong(param: string, expected: string, actual: number): ApiError {
  return new ApiError(400, `Invalid '${param}': expected ${expected}, but got ${actual}.`, param, "invalid_steering");
}
