import type { Steering } from "../../steering/steering";
import type { Begin, SteeringRequest } from "../schemas/steering";

/** What answers are steered by that name nothing themselves. */
export interface DefaultSteering {
  readonly asked: SteeringRequest;
  readonly steering: Steering | undefined;
  readonly begin: Begin;
}

export const NO_DEFAULT: DefaultSteering = { asked: null, steering: undefined, begin: {} };
