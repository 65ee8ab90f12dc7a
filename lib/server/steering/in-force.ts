import type { Steering } from "../../steering/steering";
import { ApiError } from "../errors/api-error";
import type { ModelNamed } from "../model-name";
import type { SteeringInForce } from "../schemas/answer";
import type { Begin, SteeringObject, SteeringRequest } from "../schemas/steering";
import type { Served } from "../served";
import { parseSteering } from "./parse";

/** What a request is answered by. */
export interface InForce {
  readonly steering: Steering | undefined;
  /** Who named it; undefined where nobody did. */
  readonly from: SteeringInForce["from"] | undefined;
  readonly begin: Begin;
  /** Whether the answer without it is wanted, too. */
  readonly compare: boolean;
}

/**
 * Of a request's own steering, the one in its model's name and the server's default the first that is there; null in a
 * request is no steering whatever else there is.
 *
 * @throws ApiError 400 when a request names one in both places
 */
export async function inForce(asked: SteeringRequest | undefined, model: ModelNamed, served: Served): Promise<InForce> {
  if (asked === null) return { steering: undefined, begin: {}, from: undefined, compare: false };
  const { compare = false, ...own } = asked === undefined ? {} : written(asked);
  if (Object.keys(own).length > 0) {
    if (model.steering) throw namedTwice();
    return { ...(await resolved(own, "steering", served)), from: "request", compare };
  }
  if (model.steering) return { ...(await resolved(model.steering, "model", served)), from: "model", compare };
  const { steering, begin } = served.defaultSteering;
  return { steering, begin, from: steering && "default", compare };
}

/** What is named, as a value, and where it begins. @throws ApiError 400, 404 */
export async function resolved({ last, after, ...named }: SteeringObject, param: string, { steering }: Served) {
  const begin: Begin = { ...(last !== undefined && { last }), ...(after !== undefined && { after }) };
  return { steering: await steering.resolve(named, param), begin };
}

/** @throws ApiError 400 */
export function written(asked: string | SteeringObject): SteeringObject {
  return typeof asked === "string" ? parseSteering(asked, "steering") : asked;
}

function namedTwice(): ApiError {
  const problem = "Both 'model' and 'steering' say what to steer by: say it in one of them.";
  return new ApiError(400, problem, "steering", "invalid_steering");
}
