import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, corrsteerJson, fixtures } from "../support/command-line";
import { temporaryFolder } from "../support/temporary-folder";

const publishers = join(fixtures, "publishers");
const gemmaScope = join(publishers, "gemma-scope-2b-pt-res");
const folder = temporaryFolder();

test("sae inspect says what SAEs are, as inspect does in JSON", () => {
  const report = corrsteerJson("sae", "inspect", gemmaScope);
  expect(report).toEqual(corrsteerJson("inspect", gemmaScope));
  expect(report).toMatchObject({
    saes: [
      {
        family: "Gemma Scope",
        hook: { layer: 1, site: "resid_post" },
        activation: "jumprelu",
        decoderNorms: { least: expect.any(Number), median: expect.any(Number), most: expect.any(Number) },
        thresholds: { least: expect.any(Number) },
      },
    ],
  });
  const { least, median, most } = (report as { saes: { decoderNorms: Record<string, number> }[] }).saes[0]!
    .decoderNorms;
  expect(least).toBeLessThan(median!);
  expect(median).toBeLessThan(most!);
});

test("sae inspect is there for people too", () => {
  const { status, stdout } = corrsteer("sae", "inspect", join(publishers, "saelens", "topk-layer-norm"));
  expect(status).toBe(0);
  expect(stdout).toMatch(/^blocks\.1\.hook_resid_post\n {2}family +SAELens\n/);
  expect(stdout).toMatch(
    /\n {2}features +48, topk 6\n {2}rows are +less their own mean, by their own deviation, less the/,
  );
  expect(stdout).toMatch(/\n {2}thresholds +none\n/);
});

test("sae convert writes SAELens' format, once", () => {
  const out = join(folder, "converted");
  const [written] = (corrsteerJson("sae", "convert", gemmaScope, out, "--storage", "bf16") as { folders: string[] })
    .folders;
  expect(JSON.parse(readFileSync(join(written!, "cfg.json"), "utf8"))).toMatchObject({ architecture: "jumprelu" });
  expect(existsSync(join(written!, "sae_weights.safetensors"))).toBe(true);

  const again = corrsteer("sae", "convert", gemmaScope, out);
  expect(again).toMatchObject({ status: 1, stdout: "" });
  expect(again.stderr).toContain("ERR_FILE_WRITE");
  expect(again.stderr).toContain("--overwrite");
  expect(corrsteer("sae", "convert", gemmaScope, out, "--overwrite").status).toBe(0);
});
