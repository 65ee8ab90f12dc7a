import { join } from "node:path";
import type { NativeSafetensors, NativeTrainer, NativeTrainerState } from "../../lib/native/addon";
import { loadAddon } from "../../lib/native/load";

const D = 64;
const D_SAE = 256;
const BATCH = 256;
const STEPS = 200;

let fixture: NativeSafetensors;
let rows: Float32Array;
let decoder: Float32Array;

beforeAll(async () => {
  fixture = await loadAddon().openSafetensors(join(__dirname, "..", "fixtures", "training.safetensors"));
  rows = await fixture.readFloat32("rows");
  decoder = await fixture.readFloat32("decoder");
});
afterAll(() => {
  fixture.close();
});

/** A trainer that begins with the fixture's directions, and the rows in a buffer. */
async function begun(mostGradient: number, nested: readonly number[] = []) {
  const addon = loadAddon();
  const layers = Int32Array.of(0);
  const buffer = addon.createRowBuffer({ layers, nEmbd: D, capacity: rows.length / D });
  buffer.begin(Uint32Array.of(rows.length / D + 1));
  buffer.fill(0, rows);
  const trainer = await addon.createTrainer({
    ...{
      layers,
      dModel: D,
      dSae: D_SAE,
      k: 8,
      activation: "batchtopk",
      nested: Int32Array.from(nested),
      batchRows: BATCH,
      steps: STEPS,
    },
    ...{
      warmUpSteps: 10,
      decaySteps: 0,
      learningRate: 1e-3,
      firstDecay: 0.9,
      secondDecay: 0.999,
      epsilon: 1e-8,
      mostGradient,
    },
    ...{ auxiliaryCoefficient: 1, deadSteps: 1000, thresholdRate: 0.01, seed: 0, device: "cpu", threads: 2 },
  });
  const state = await trainer.state(0);
  state.parts.encoder!.set(decoder);
  state.parts.decoder!.set(decoder);
  await trainer.restore(0, state);
  return { trainer, buffer };
}

/** Of what Adam's first moment says of its first gradient. */
function relativeError(state: NativeTrainerState, part: string, expected: Float32Array): number {
  const moment = state.parts[`${part}.first_moment`]!;
  const difference = Math.hypot(...expected.map((value, i) => moment[i]! / 0.1 - value));
  return difference / Math.hypot(...expected);
}

async function lossesOf(trainer: NativeTrainer, buffer: Parameters<NativeTrainer["train"]>[0]): Promise<number[]> {
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++)
    losses.push((await trainer.train(buffer, Math.floor(step / 4), step % 4)).loss[0]!);
  return losses;
}

describe("a trainer beside PyTorch and SAELens", () => {
  it("has the gradients of automatic differentiation", async () => {
    const { trainer, buffer } = await begun(1e9);
    await trainer.train(buffer, 0, 0);
    const state = await trainer.state(0);
    for (const part of ["encoder", "decoder", "encoder_bias", "decoder_bias"]) {
      const error = relativeError(state, part, await fixture.readFloat32(`gradient.${part}`));
      expect([part, error]).toEqual([part, expect.closeTo(0, 4)]);
    }
  });

  it("has them with features nested", async () => {
    const { trainer, buffer } = await begun(1e9, [32, 96]);
    await trainer.train(buffer, 0, 0);
    const state = await trainer.state(0);
    for (const part of ["decoder", "encoder_bias", "decoder_bias"]) {
      const error = relativeError(state, part, await fixture.readFloat32(`nested.gradient.${part}`));
      expect([part, error]).toEqual([part, expect.closeTo(0, 4)]);
    }
  });

  it("follows the loss of SAELens' own trainer over 200 steps on the same batches", async () => {
    const { trainer, buffer } = await begun(1);
    const expected = await fixture.readFloat32("losses");
    const losses = await lossesOf(trainer, buffer);
    const furthest = Math.max(...losses.map((loss, step) => Math.abs(loss / expected[step]! - 1)));
    expect(furthest).toBeLessThan(0.02);
  });
});
