import { errorCode } from "../../errors";
import type { ModelInfo } from "../../model/loaded-model";
import type { Steering } from "../../steering/steering";
import { ApiError } from "../errors/api-error";

// What is told of steering that a request asks for, and that cannot be.

export function wrong(param: string, expected: string, actual: number): ApiError {
  return refusal(param, `expected ${expected}, but got ${actual}`);
}

/** @throws ApiError 400 */
export function requireLayer(layer: number, param: string, { nLayer }: ModelInfo): void {
  if (layer >= nLayer) throw wrong(param, `a layer before ${nLayer}`, layer);
}

/** @throws ApiError 400 */
export function requireWidth({ length }: readonly number[], param: string, { nEmbd }: ModelInfo): void {
  if (length !== nEmbd) throw wrong(param, `${nEmbd} numbers`, length);
}

/** What `make` makes. @throws ApiError 400 about `param` where the library refuses it */
export function steeringAt(param: string, make: () => Steering): Steering {
  try {
    return make();
  } catch (error) {
    if (errorCode(error) !== "ERR_INVALID_ARGUMENT") throw error;
    throw refusal(param, (error as Error).message, { cause: error });
  }
}

export function refusal(param: string, reason: string, options?: ErrorOptions): ApiError {
  return new ApiError(400, `Invalid '${param}': ${reason}.`, param, "invalid_steering", options);
}
