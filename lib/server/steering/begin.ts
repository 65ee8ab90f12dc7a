import type { Model } from "../../model/model";
import type { Steering } from "../../steering/steering";
import { ApiError } from "../errors/api-error";
import type { Begin } from "../schemas/steering";

/** Steering that begins in the prompt where a rule says. @throws ApiError 400 where the prompt has no such place */
export function begunAt(steering: Steering, { last, after }: Begin, prompt: Int32Array, model: Model): Steering {
  if (last !== undefined && after !== undefined) throw wrong("last and after: one of them says where it begins");
  const nLast = after === undefined ? (last ?? 0) : tokensAfter(after, prompt, model);
  if (nLast === 0) return steering;
  if (nLast >= prompt.length) throw wrong(`it begins after the first token, and the prompt has ${prompt.length}`);
  return steering.within(-nLast); // the row before a token chooses it: that of the first of them
}

/** How many tokens of the prompt end after the last place where `text` stands. */
function tokensAfter(text: string, prompt: Int32Array, model: Model): number {
  const pieces = Array.from(prompt, (token) => model.native.detokenize(Int32Array.of(token), true));
  const whole = Buffer.concat(pieces);
  const at = whole.lastIndexOf(text);
  if (at < 0) throw wrong(`'${text}' does not stand in the prompt`);
  const end = at + Buffer.byteLength(text);
  let reached = 0;
  return pieces.filter(({ length }) => (reached += length) > end).length;
}

function wrong(reason: string): ApiError {
  return new ApiError(400, `Invalid 'steering': ${reason}.`, "steering", "invalid_steering");
}
