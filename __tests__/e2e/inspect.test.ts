import { join } from "node:path";
import { corrsteer, corrsteerJson, fixtures, model, saes } from "../support/command-line";

test("says what a model is", () => {
  expect(corrsteerJson("inspect", model)).toMatchObject({
    kind: "model",
    architecture: "llama",
    nLayer: 4,
    nEmbd: 64,
    metadata: { "general.name": "tiny-llama-random", "llama.block_count": "4" },
  });
});

test("says what the SAEs of a folder are", () => {
  const report = corrsteerJson("inspect", saes) as { saes: { hook: unknown; meanDecoderNorm: number }[] };

  expect(report).toMatchObject({ kind: "saes" });
  expect(report.saes.map(({ hook }) => hook)).toEqual([0, 1, 2, 3].map((layer) => ({ layer, site: "resid_post" })));
  for (const { meanDecoderNorm } of report.saes) expect(meanDecoderNorm).toBeCloseTo(1, 5); // unit rows by construction
});

test("prints a table for people", () => {
  const { status, stdout } = corrsteer("inspect", join(saes, "blocks.1.hook_resid_post"));

  expect(status).toBe(0);
  expect(stdout).toMatch(/^layer .*\n +1 +resid_post +64 +256 +jumprelu/);
});

test("rejects what it does not know", () => {
  expect(corrsteer("inspect", join(fixtures, "make_saes.py"))).toMatchObject({ status: 2, stdout: "" });
});

test("the doctor runs an engine and an SAE, and says so", () => {
  expect(corrsteerJson("doctor", "--model", model)).toMatchObject({
    ok: true,
    devices: expect.arrayContaining([expect.objectContaining({ type: "cpu" })]),
    checks: [
      { name: "native addon", status: "passed" },
      { name: "SAE encoder", status: "passed" },
      { name: "products", status: "passed" },
      { name: "engine", status: "passed" },
    ],
  });
});

test("the doctor exits with 1 when a check fails, and still says all", () => {
  const { status, stdout } = corrsteer("doctor", "--model", join(fixtures, "make_saes.py"), "--json");

  expect(status).toBe(1);
  const failed = { status: "failed" };
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, checks: [{}, { status: "passed" }, failed, failed] });
});
