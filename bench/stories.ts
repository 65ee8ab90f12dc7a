import type { Model } from "../lib/model/model";
import type { Stream } from "./plain";
import { uniforms } from "./random-columns";

const BEGINNING = "Once upon a time, in a village by the sea, there lived a fisherman whose";

const SENTENCES = [
  "The harbour was small, and every boat in it had a name.",
  "In winter the storms came from the north, and nobody went out.",
  "The baker opened before the sun was up, and the whole street smelled of bread.",
  "Nobody remembered who had built the lighthouse.",
  "On market days the farmers came down from the hills with apples, eggs and wool.",
  "The schoolmaster kept a map on which half of the islands were missing.",
  "Some said that the well behind the church had no bottom.",
  "Children collected shells and sold them to the travellers.",
];

/** Text that a language model goes on with for long, another for each `seed`. */
export function storyPrompt(model: Model, seed: number): Int32Array {
  return model.tokenize(`${seed}. ${BEGINNING}`);
}

/** Streams of such text that generate `nGenerate` tokens each. */
export function stories(model: Model, n: number, nGenerate: number, seed: number): Stream[] {
  return Array.from({ length: n }, (_, i) => ({ prompt: storyPrompt(model, seed + i), nGenerate }));
}

/**
 * As questions and answers are: prompts of up to four sentences, and from a fourth to twice as many tokens, mostly few. The
 * lengths are those of every seed.
 */
export function unevenStories(model: Model, n: number, nGenerate: number, seed: number): Stream[] {
  const next = uniforms(1);
  return Array.from({ length: n }, (_, i) => {
    const before = Array.from({ length: Math.floor(4 * next()) }, () => SENTENCES[Math.floor(8 * next())]!);
    const prompt = model.tokenize(`${seed + i}. ${[...before, BEGINNING].join(" ")}`);
    return { prompt, nGenerate: Math.max(1, Math.round((nGenerate / 4) * 8 ** next())) };
  });
}
