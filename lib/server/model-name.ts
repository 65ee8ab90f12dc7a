import { ApiError } from "./errors/api-error";
import type { SteeringObject } from "./schemas/steering";
import type { Served } from "./served";
import { parseSteering } from "./steering/parse";

/** What a request's `model` stands for. */
export interface ModelNamed {
  /** As it was asked for. */
  readonly id: string;
  /** What its name says to steer by. */
  readonly steering: SteeringObject | undefined;
}

/**
 * Reads `smollm2` and `smollm2@careful:0.8`: the model, and after "@" what to steer it by.
 *
 * @throws ApiError 404 for another model, 400 for what stands after "@" and is no steering
 */
export function modelNamed(asked: string | null | undefined, { name }: Pick<Served, "name">): ModelNamed {
  const id = asked ?? name;
  const at = id.indexOf("@");
  const model = at < 0 ? id : id.slice(0, at);
  if (model !== name) {
    const problem = `The model '${id}' does not exist: this server has '${name}'.`;
    throw new ApiError(404, problem, "model", "model_not_found");
  }
  return { id, steering: at < 0 ? undefined : parseSteering(id.slice(at + 1), "model") };
}
