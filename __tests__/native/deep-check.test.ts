import { deepChecks } from "../../lib/doctor/deep/deep-check";
import { checkPushes } from "../../lib/doctor/deep/push";
import { checkRoundTrip } from "../../lib/doctor/deep/round-trip";
import type { Engine } from "../../lib/model/engine";
import type { LoadedModel } from "../../lib/model/loaded-model";
import { fixture, randomTokens, withEngine } from "./models";

const LAYERS = [-1, 0, 1, 2, 3];
const text = { prompt: randomTokens(1, 9), forced: randomTokens(2, 3) };

test.each(["llama", "gpt2"])("every layer of %s is read and steered, whichever way it is computed", async (name) => {
  const checks = await deepChecks(fixture(name).model, "cpu");
  expect(checks.filter(({ status }) => status !== "passed")).toEqual([]);
  expect(checks.map((check) => check.name)).toEqual(["every layer pushed", "recomputed", "as on the CPU", "tokenizer"]);
  expect(checks[0]!.detail).toContain("4 layers and the input of block 0, 25 rows in 5 decodes");
});

test("steering that is not applied is found", async () => {
  await withEngine({ kvType: "f32" }, async (engine) => {
    expect((await checkPushes(engine, LAYERS, text)).rows).toBe(LAYERS.length * text.forced.length);
    await expect(checkPushes(withoutSteering(engine), LAYERS, text)).rejects.toMatchObject({
      code: "ERR_HOOK_POINT",
      details: { layer: -1 },
    });
  });
});

test("a tokenizer that loses a character is found", () => {
  const losing = { tokenize: () => new Int32Array(), detokenize: () => "" } as unknown as LoadedModel;
  expect(() => checkRoundTrip(losing)).toThrow(expect.objectContaining({ code: "ERR_INTERNAL" }));
});

/** An engine whose branches lose their steering on the way. */
function withoutSteering(engine: Engine): Engine {
  return {
    model: engine.model,
    run: ({ prompt, branches }: Parameters<Engine["run"]>[0]) =>
      engine.run({ prompt, branches: branches.map(({ steering: _lost, ...branch }) => branch) }),
  } as unknown as Engine;
}
