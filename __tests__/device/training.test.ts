import { join } from "node:path";
import { loadAddon } from "../../lib/native/load";
import { chosen, describeOnDevice } from "./chosen-device";
import { expectAtMost } from "./figures";

const STEPS = 8;
/** Products are summed in another order, and which activations are the largest may differ. */
const CLOSE = 1e-3;

describeOnDevice(`training on ${chosen?.name ?? "a device"}`, () => {
  async function losses(device: string): Promise<number[]> {
    const file = await loadAddon().openSafetensors(join(__dirname, "..", "fixtures", "training.safetensors"));
    const rows = await file.readFloat32("rows");
    file.close();
    const layers = Int32Array.of(0);
    const buffer = loadAddon().createRowBuffer({ layers, nEmbd: 64, capacity: 1024 });
    buffer.begin(Uint32Array.of(1025));
    buffer.fill(0, rows);
    const trainer = await loadAddon().createTrainer({
      ...{
        layers,
        dModel: 64,
        dSae: 256,
        k: 8,
        activation: "batchtopk",
        nested: new Int32Array(),
        batchRows: 256,
        steps: STEPS,
      },
      ...{ warmUpSteps: 0, decaySteps: 0, learningRate: 1e-3, firstDecay: 0.9, secondDecay: 0.999, epsilon: 1e-8 },
      ...{ mostGradient: 1, auxiliaryCoefficient: 1, deadSteps: 1, thresholdRate: 0.01, seed: 0, device, threads: 1 },
    });
    const found: number[] = [];
    for (let step = 0; step < STEPS; step++) found.push((await trainer.train(buffer, 0, step % 4)).loss[0]!);
    await trainer.dispose();
    await buffer.dispose();
    return found;
  }

  test("the loss of each step is the CPU's", async () => {
    const [here, cpu] = [await losses(chosen!.name), await losses("cpu")];
    const furthest = Math.max(...here.map((loss, step) => Math.abs(loss / cpu[step]! - 1)));
    expectAtMost("loss of training, to the CPU's: relative error", furthest, CLOSE);
  });
});
