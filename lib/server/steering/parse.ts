import { ApiError } from "../errors/api-error";
import { type Begin, MOST_SCALE, PROFILE_NAME, type SteeringObject, type SteeringPart } from "../schemas/steering";

/** `,last=2`, `,after=Answer:` and `,after="with a , in it"`. */
const RULE = /,(?:last=(?<last>\d{1,7})|after=(?:(?<quoted>"(?:[^"\\]|\\.)+")|(?<bare>[^",]+)))/y;
const SCALE = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads `careful:0.8+terse:-0.5,after="Answer:"`: profiles, each with its scale, added up, and where that begins.
 *
 * @param param what an error is about
 * @throws ApiError 400
 */
export function parseSteering(text: string, param: string): SteeringObject {
  const comma = text.indexOf(",");
  const terms = comma < 0 ? text : text.slice(0, comma);
  const [first, ...plus] = terms.split("+").map((term) => parseTerm(term, text, param));
  return { ...first!, ...(plus.length > 0 && { plus }), ...parseBegin(text, terms.length, param) };
}

function parseTerm(term: string, text: string, param: string): SteeringPart {
  const [profile, scale, ...more] = term.split(":");
  if (!PROFILE_NAME.test(profile!) || more.length > 0)
    throw wrong(text, param, "a profile's name, and its scale after ':'");
  if (scale === undefined) return { profile: profile! };
  if (!SCALE.test(scale) || Math.abs(Number(scale)) > MOST_SCALE) {
    throw wrong(text, param, `a scale from -${MOST_SCALE} to ${MOST_SCALE}`);
  }
  return { profile: profile!, scale: Number(scale) };
}

function parseBegin(text: string, from: number, param: string): Begin {
  let begin: Begin = {};
  for (let at = from; at < text.length; at = RULE.lastIndex) {
    RULE.lastIndex = at;
    const { last, quoted, bare } = RULE.exec(text)?.groups ?? {};
    if (last !== undefined) begin = { ...begin, last: Number(last) };
    else if (quoted !== undefined || bare !== undefined)
      begin = { ...begin, after: bare ?? unquoted(quoted!, text, param) };
    else throw wrong(text, param, "last=NUMBER or after=TEXT after ','");
  }
  return begin;
}

function unquoted(quoted: string, text: string, param: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw wrong(text, param, "text in quotes as JSON has it");
  }
}

function wrong(text: string, param: string, expected: string): ApiError {
  return new ApiError(400, `Invalid '${param}': expected ${expected}, but got '${text}'.`, param, "invalid_steering");
}
