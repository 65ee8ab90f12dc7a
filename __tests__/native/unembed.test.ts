import { capture } from "../../lib/capture/capture";
import { logitLens } from "../../lib/model/logit-lens";
import { Model } from "../../lib/model/model";
import { loadAddon } from "../../lib/native/load";
import { Sae } from "../../lib/sae/sae";
import { findSaes } from "../../lib/sae/set";
import { outputScores } from "../../lib/select/output-score";
import { createSteering } from "../../lib/steering/create-steering";
import { decoderDirections } from "../../lib/steering/directions";
import { rankedFeature } from "../support/ranking";
import { TINY_SAES } from "../support/tiny-task";
import { fixture, openReference, randomVector } from "./models";

const addon = loadAddon();
const N_EMBD = 64;
const N_VOCAB = 270;

function plan(name: string, directions: Float32Array, topK: number) {
  return { path: fixture(name).model, directions, nDirections: directions.length / N_EMBD, topK, threads: 2 };
}

/** What the last norm of the architecture makes of a row, less its weight and bias. */
const norms: Record<string, (row: number[]) => number[]> = {
  llama: (row) => scaled(row, 1e-6),
  qwen3: (row) => scaled(row, 1e-6),
  gemma3: (row) => scaled(row, 1e-6),
  gpt2: (row) => {
    const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
    return scaled(
      row.map((x) => x - mean),
      1e-5,
    );
  },
};

function scaled(row: number[], epsilon: number): number[] {
  const scale = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length + epsilon);
  return row.map((x) => x / scale);
}

/** The logit of each token, put together from a full list. */
function byToken({ tokens, logits }: { tokens: Int32Array; logits: Float32Array }, direction: number): number[] {
  const all: number[] = [];
  for (let i = direction * N_VOCAB; i < (direction + 1) * N_VOCAB; i++) all[tokens[i]!] = logits[i]!;
  return all;
}

// The norm's bias falls out of a difference of two positions; all else must be there for the logits to come out.
test.each(Object.keys(norms))("gives the differences of transformers' logits for a %s", async (name) => {
  const reference = await openReference(fixture(name));
  const rows = await reference.readFloat32("resid_post.3");
  const logits = await reference.readFloat32("logits");
  const normed = (position: number) => norms[name]!([...rows.slice(position * N_EMBD, (position + 1) * N_EMBD)]);
  const directions = [7, 11, 39].flatMap((position) => {
    const first = normed(0);
    return normed(position).map((x, i) => x - first[i]!);
  });
  const { promoted, suppressed } = await addon.unembed(plan(name, Float32Array.from(directions), N_VOCAB));
  [7, 11, 39].forEach((position, i) => {
    const found = byToken(promoted, i);
    expect(found).toHaveLength(N_VOCAB);
    found.forEach((logit, token) => {
      expect(logit).toBeCloseTo(logits[position * N_VOCAB + token]! - logits[token]!, 3);
    });
    expect(byToken(suppressed, i)).toEqual(found);
  });
});

test("lists the strongest first, however many are wanted and whatever the threads", async () => {
  const directions = randomVector(3, 1, 40 * N_EMBD); // more than one block of directions
  const all = await addon.unembed(plan("llama", directions, N_VOCAB));
  const few = await addon.unembed({ ...plan("llama", directions, 3), threads: 1 });
  for (let i = 0; i < 40; i++) {
    const sorted = byToken(all.promoted, i)
      .map((logit, token) => ({ logit, token }))
      .sort((a, b) => b.logit - a.logit || a.token - b.token);
    const list = ({ tokens, logits }: typeof few.promoted) =>
      [...tokens.slice(3 * i, 3 * i + 3)].map((token, j) => ({ logit: logits[3 * i + j]!, token }));
    expect(list(few.promoted)).toEqual(sorted.slice(0, 3));
    expect(list(few.suppressed)).toEqual(sorted.reverse().slice(0, 3));
  }
});

test("takes no directions at all", async () => {
  const { promoted, suppressed } = await addon.unembed(plan("llama", new Float32Array(), 5));
  expect([promoted.tokens.length, suppressed.logits.length]).toEqual([0, 0]);
});

test("refuses other widths, what is not finite, lists longer than the vocabulary, and what is no model", async () => {
  const direction = randomVector(5);
  const rejects = (change: object, code: string) =>
    expect(addon.unembed({ ...plan("llama", direction, 5), ...change })).rejects.toMatchObject({ code });
  await rejects({ directions: direction.slice(1) }, "ERR_SHAPE_MISMATCH");
  await rejects({ directions: direction.fill(Infinity, 3, 4) }, "ERR_NON_FINITE");
  await rejects({ directions: randomVector(5).fill(3e38) }, "ERR_NON_FINITE");
  await rejects({ directions: randomVector(5), topK: N_VOCAB + 1 }, "ERR_OUT_OF_RANGE");
  await rejects({ directions: randomVector(5), topK: 0 }, "ERR_OUT_OF_RANGE");
  await rejects({ path: fixture("llama").reference }, "ERR_MODEL_LOAD");
  await rejects({ path: "nowhere.gguf" }, "ERR_MODEL_LOAD");
});

// From the definition: amplified, what becomes likely of the tokens that the direction promotes.
test("scores features by what the model says with ten times the largest activation of their direction", async () => {
  await using model = await Model.load(fixture("llama").model);
  const saes = (await findSaes(TINY_SAES)).slice(0, 2);
  const features = saes.flatMap(({ id, config: { hook } }) =>
    [3, 40].map((feature) => ({ ...rankedFeature(hook.layer, feature, 0.5), sae: id })),
  );
  const directionsOf = decoderDirections(saes);
  const engine = { threads: 1, contextTokens: 64 };
  const nativeLayerOf = ({ layer }: { layer: number }) => layer;
  const scores = await outputScores(features, { model, saes, directionsOf, nativeLayerOf, engine });

  await using asked = await model.createEngine(engine);
  const prompt = model.tokenize("From my experience,");
  for (const [i, { sae: id, layer, feature }] of features.entries()) {
    await using sae = await Sae.load(saes.find((of) => of.id === id)!);
    const { rows } = await capture(asked, prompt, { layers: [layer], positions: "last" });
    const largest = Math.max(...(await sae.encode(rows.get(layer)!)));
    const direction = await sae.decoderRows([feature]);
    const steering = createSteering([{ layer, vector: direction.map((x) => 10 * largest * x) }]);
    const { logits } = await capture(asked, prompt, { layers: [layer], positions: "last", steering });
    const [lens] = await logitLens(model, direction, { nTokens: 20, threads: 1, signal: undefined });
    const promoted = new Set(lens!.promoted.map(({ token }) => token));
    const textOf = (token: number) => model.detokenize(Int32Array.of(token), { special: true });
    const ordered = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]!);
    const rank = ordered.findIndex((token) => promoted.has(textOf(token)) || promoted.has(`#${token}`));
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    expect(largest).toBeGreaterThan(0);
    expect(scores[i]).toBeCloseTo((Math.exp(logits[ordered[rank]!]!) / total) * (1 - rank / N_VOCAB), 5);
  }
  expect(new Set(scores).size).toBe(4);
});
