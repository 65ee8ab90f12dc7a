import type { Model } from "../model/model";
import type { Inputs } from "./schemas/completion-request";

/** Each input as tokens: text with what the tokenizer puts in front, ids as they are. */
export function tokensOf(inputs: Inputs, model: Model): Int32Array[] {
  if (typeof inputs === "string") return [model.tokenize(inputs)];
  if (isIds(inputs)) return [Int32Array.from(inputs)];
  return inputs.map((input) => (typeof input === "string" ? model.tokenize(input) : Int32Array.from(input)));
}

function isIds(inputs: Exclude<Inputs, string>): inputs is number[] {
  return typeof inputs[0] === "number";
}
