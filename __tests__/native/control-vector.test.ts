import { join } from "node:path";
import { Model } from "../../lib/model/model";
import { exportControlVector } from "../../lib/steering/control-vector/export";
import { importControlVector } from "../../lib/steering/control-vector/import";
import { loadSteering } from "../../lib/steering/load-steering";
import { saveProfile } from "../../lib/steering/profile";
import { CONTROL_VECTOR, CONTROL_VECTOR_LOGITS, vectorsProfile } from "../support/control-vector";
import { temporaryFolder } from "../support/temporary-folder";
import { readSafetensors } from "../support/read-safetensors";
import { fixture, nmse, randomTokens, runOne } from "./models";

const folder = temporaryFolder();
let model: Model;
beforeAll(async () => {
  model = await Model.load(fixture("llama").model);
});
afterAll(() => model.dispose());

test("a control vector becomes a profile that steers by its vectors", async () => {
  const profile = await importControlVector(CONTROL_VECTOR, model);
  const path = join(folder, "imported.steer.json");
  await saveProfile(path, profile);
  const steering = await loadSteering(path, model);
  await using engine = await model.createEngine({ threads: 1, contextTokens: 256 });
  const { receipt } = await runOne(engine, randomTokens(1, 8), { maxTokens: 4, steering });

  expect(profile).toMatchObject({ name: "control-vector", features: [], model: { nLayer: 4, nEmbd: 64 } });
  expect(profile.vectors).toEqual(vectorsProfile([1, 2, 3]).vectors);
  expect(receipt.map(({ layer }) => layer)).toEqual([1, 2, 3]);
  expect(receipt[0]!.meanAddedNorm).toBeCloseTo(Math.hypot(...profile.vectors.rows.subarray(0, 64)), 4);
});

test("an imported one that acts on the prompt too is llama.cpp's own", async () => {
  const path = join(folder, "everywhere.steer.json");
  await saveProfile(path, await importControlVector(CONTROL_VECTOR, model));
  const steering = (await loadSteering(path, model)).fromPrompt();
  const options = { threads: 1, contextTokens: 256, kvType: "f32", products: "llama.cpp" } as const;
  await using engine = await model.createEngine(options);
  const prompt = Int32Array.from({ length: 20 }, (_, i) => 65 + ((7 * i) % 50));
  const { logits } = await runOne(engine, prompt, { logits: "prompt", maxTokens: 1, steering });

  expect(nmse(logits, readSafetensors(CONTROL_VECTOR_LOGITS).readFloat32("logits"))).toBeLessThan(1e-9);
});

test.each([
  ["width", 4, 32],
  ["number of layers", 9, 64],
])("one for a model of another %s is refused", async (_, nLayer, nEmbd) => {
  const path = join(folder, "other.gguf");
  await exportControlVector(vectorsProfile([1, nLayer - 1], nLayer, nEmbd), path);
  await expect(importControlVector(path, model)).rejects.toMatchObject({ code: "ERR_SHAPE_MISMATCH" });
});
