import { ApiError } from "../errors/api-error";
import { MOST_SCALE, PROFILE_NAME, type SteeringObject, type SteeringPart } from "../schemas/steering";

/**
 * Reads `careful:0.8+terse:-0.5`: profiles, each with its scale, added up.
 *
 * @param param what an error is about
 * @throws ApiError 400
 */
export function parseSteering(text: string, param: string): SteeringObject {
  const [first, ...plus] = text.split("+").map((term) => parseTerm(term, text, param));
  return { ...first!, ...(plus.length > 0 && { plus }) };
}

function parseTerm(term: string, text: string, param: string): SteeringPart {
  const [profile, scale, ...more] = term.split(":");
  if (!PROFILE_NAME.test(profile!) || more.length > 0)
    throw wrong(text, param, "a profile's name, and its scale after ':'");
  if (scale === undefined) return { profile: profile! };
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(scale) || !(Math.abs(Number(scale)) <= MOST_SCALE)) {
    throw wrong(text, param, `a scale from -${MOST_SCALE} to ${MOST_SCALE}`);
  }
  return { profile: profile!, scale: Number(scale) };
}

function wrong(text: string, param: string, expected: string): ApiError {
  return new ApiError(400, `Invalid '${param}': expected ${expected}, but got '${text}'.`, param, "invalid_steering");
}
