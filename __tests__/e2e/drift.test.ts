import { join } from "node:path";
import { corrsteer, corrsteerJson, fixtures, model, saes } from "../support/command-line";

interface Drift {
  id: string;
  residualNmse: number;
  agreement: { jaccard: number; nmse: number };
  pooled: { features: number; medianR: number; drifting: number };
}

const other = join(fixtures, "gemma3.gguf"); // of the same width, depth and tokens
const ONE_SAE = ["--sae", saes, "--layers", "1"];

test("a model does not drift from itself, and another one does", () => {
  const [same] = corrsteerJson("drift", model, model, ...ONE_SAE) as Drift[];
  expect(same).toMatchObject({ id: "blocks.1.hook_resid_post", residualNmse: 0, agreement: { jaccard: 1, nmse: 0 } });
  expect(same!.pooled).toMatchObject({ drifting: 0 });
  expect(same!.pooled.medianR).toBeCloseTo(1);
  expect(same!.pooled.features).toBeGreaterThan(0);

  const [drift] = corrsteerJson("drift", model, other, ...ONE_SAE) as Drift[];
  expect(drift!.residualNmse).toBeGreaterThan(0.1);
  expect(drift!.agreement.jaccard).toBeLessThan(0.9);
  expect(drift!.pooled.drifting).toBeGreaterThan(0);
});

test("prints a table, and refuses a model that the SAEs are not of", () => {
  const { status, stdout } = corrsteer("drift", model, model, ...ONE_SAE);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^layer +rows NMSE +NMSE +top 20 +active sets .*\n1 +0\.0 +0\.0 +1\.000 +1\.000 /);

  const unfit = corrsteer("drift", model, model, "--sae", join(fixtures, "publishers", "saelens", "jumprelu"));
  expect(unfit).toMatchObject({ status: 1, stdout: "" });
  expect(unfit.stderr).toContain("ERR_SHAPE_MISMATCH");
});

test("refuses a model that reads texts in other tokens", () => {
  const { status, stderr } = corrsteer("drift", model, join(fixtures, "qwen3.gguf"), ...ONE_SAE);
  expect(status).toBe(2);
  expect(stderr).toContain("the same tokens");
});
