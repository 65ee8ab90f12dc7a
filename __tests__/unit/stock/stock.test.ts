import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedStock } from "../../../lib/stock/cached";
import { knownStock } from "../../../lib/stock/known";
import { DEMO_MODEL } from "../../support/corrsteer";
import { COMMIT } from "../../support/hub-server";
import { temporaryFolder } from "../../support/temporary-folder";

const cache = temporaryFolder();

test("a known model has its SAEs, and memory where a file's size and the model's shape are known", () => {
  const known = knownStock();
  expect(known.find(({ model }) => model === "google/gemma-2-9b-it")).toMatchObject({
    releases: [{ name: "gemma-scope-9b-it-res-canonical", layers: [9, 20, 31], widths: [16384, 131072] }],
    gguf: [{ reference: "hf:bartowski/gemma-2-9b-it-GGUF:Q4_K_M", sizeBytes: 5_760_000_000 }],
  });
  for (const { gguf } of known)
    for (const { sizeBytes, memory } of gguf) {
      if (sizeBytes === null) expect(memory).toBeNull();
      if (memory) expect(memory.oneLayer).toBeGreaterThan(sizeBytes!);
      if (memory) expect(memory.allLayers).toBeGreaterThanOrEqual(memory.oneLayer);
    }
});

test("what is in the hub's cache is told by the names that it is taken by", async () => {
  const before = process.env["HF_HUB_CACHE"];
  process.env["HF_HUB_CACHE"] = cache;
  const put = (repository: string, path: string) => {
    const folder = join(cache, `models--${repository.replace("/", "--")}`);
    mkdirSync(join(folder, "refs"), { recursive: true });
    writeFileSync(join(folder, "refs", "main"), COMMIT);
    const file = join(folder, "snapshots", COMMIT, path);
    mkdirSync(join(file, ".."), { recursive: true });
    return file;
  };
  copyFileSync(DEMO_MODEL, put("user/model", "demo-f16.gguf"));
  writeFileSync(put("google/gemma-scope-2b-pt-res", "layer_12/width_16k/average_l0_82/params.npz"), "npz");
  try {
    expect(await cachedStock()).toEqual({
      folder: cache,
      models: [
        {
          reference: "hf:user/model/demo-f16.gguf",
          sizeBytes: 1_459_648,
          memory: { oneLayer: expect.any(Number) as number, allLayers: expect.any(Number) as number },
        },
      ],
      saes: [
        {
          ...{ reference: "hf:google/gemma-scope-2b-pt-res", n: 1, sizeBytes: 3 },
          releases: ["gemma-scope-2b-pt-res-canonical"],
        },
      ],
    });
  } finally {
    process.env["HF_HUB_CACHE"] = before ?? "";
  }
});
