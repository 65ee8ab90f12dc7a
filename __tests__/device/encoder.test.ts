import { join } from "node:path";
import { isSoftware } from "../../lib/native/software-driver";
import { Sae } from "../../lib/sae/sae";
import { WEIGHT_TYPES } from "../../lib/sae/options";
import { nmse, random, randomTokens, runOne, spool, withEngine } from "../native/models";
import { chosen, describeOnDevice } from "./chosen-device";
import { expectAtMost } from "./figures";

const N_EMBD = 64;
/** A feature near its threshold may fire on one device and not on the other. */
const CLOSE = 1e-3;
/** CUDA rounds the rows to 8 bits for them, the CPU does not. */
const CLOSE_OF_8_BITS = 1e-2;
/** Each has kernels of its own, which a driver that computes on the CPU is long at compiling. */
const KEPT_AS = chosen && isSoftware(chosen) ? [] : WEIGHT_TYPES.slice(1);
const FAMILIES = ["standard-v1", "jumprelu-v6", "topk-v6", "gated-v6"];

describeOnDevice(`encoders on ${chosen?.name ?? "a device"}`, () => {
  const next = random(7);
  const rows = Float32Array.from({ length: 40 * N_EMBD }, () => 4 * next() - 2);

  const pathOf = (name: string) => join(__dirname, "..", "fixtures", "saes", "formats", name);

  async function compare(name: string, weightType: (typeof WEIGHT_TYPES)[number]): Promise<number> {
    const path = pathOf(name);
    await using here = await Sae.load(path, { device: chosen!.name, weightType });
    await using cpu = await Sae.load(path, { device: "cpu", weightType });
    return nmse(await here.encode(rows), await cpu.encode(rows));
  }

  test.each(FAMILIES)("activations of %s are the CPU's", async (name) => {
    expectAtMost("activations of encoders kept as f32, to the CPU's: NMSE", await compare(name, "f32"), CLOSE);
  });

  test("activations pooled over a text are the CPU's", async () => {
    const captured = spool(N_EMBD, [1]);
    await withEngine({ kvType: "f32" }, async (engine) => {
      const capture = { spool: captured, slot: 0, positions: "prompt" as const };
      await runOne(engine, randomTokens(1, 24), { maxTokens: 1, capture });
    });
    const pooled = async (device: string) => {
      await using sae = await Sae.load(pathOf("topk-v6"), { device });
      const rows = await captured.encode(1, sae.native, Int32Array.of(0), Int32Array.of(24), ["max", "mean"]);
      return rows.values.map((values) => {
        const all = new Float32Array(sae.dSae);
        rows.indices.forEach((feature, i) => (all[feature] = values[i]!));
        return all;
      });
    };
    const [here, cpu] = [await pooled(chosen!.name), await pooled("cpu")];
    here.forEach((values, i) => {
      expectAtMost("activations pooled over a text, to the CPU's: NMSE", nmse(values, cpu[i]!), CLOSE);
    });
    await captured.dispose();
  });

  for (const weightType of KEPT_AS) {
    test(`kept as ${weightType} they are the CPU's`, async () => {
      const found = await compare("jumprelu-v6", weightType);
      expectAtMost(
        `activations of one kept as ${weightType}, to the CPU's: NMSE`,
        found,
        weightType === "q8_0" ? CLOSE_OF_8_BITS : CLOSE,
      );
    });
  }
});
