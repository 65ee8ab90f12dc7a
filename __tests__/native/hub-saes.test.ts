import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fetchSaes } from "../../lib/sae/fetch-saes";
import { findSaes } from "../../lib/sae/set";
import { COMMIT, repositoryOf, serveHub, type HubServer } from "../support/hub-server";
import { DEMO_SAES } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const home = temporaryFolder();
const before = { ...process.env };
let hub: HubServer;

beforeEach(async () => {
  const saes = repositoryOf(DEMO_SAES);
  const inRelease = (layer: number, l0: number) => ({
    [`layer_${layer}/width_16k/average_l0_${l0}/params.npz`]: Buffer.from("npz"),
  });
  hub = await serveHub({
    "user/saes": {
      files: {
        ...saes.files,
        "README.md": Buffer.from("no SAE"),
        "blocks.0.hook_resid_post/optimizer.pt": Buffer.from(""),
      },
    },
    "google/gemma-scope-2b-pt-res": { files: { ...inRelease(11, 80), ...inRelease(12, 82) } },
  });
  Object.assign(process.env, { HF_HOME: join(home, hub.url.slice(-5)), HF_ENDPOINT: hub.url });
  for (const name of ["HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN_PATH"]) delete process.env[name];
});
afterEach(async () => {
  await hub.close();
  process.env = { ...before };
});

describe("SAEs of the hub", () => {
  it("are downloaded for the layers asked for, without what lies beside them", async () => {
    const { source, reference } = await fetchSaes("hf:user/saes", { layers: [0, 2] });
    expect(reference).toBe(`hf:user/saes@${COMMIT}`);
    expect(readdirSync(String(source)).sort()).toEqual(["blocks.0.hook_resid_post", "blocks.2.hook_resid_post"]);
    expect(readdirSync(join(String(source), "blocks.0.hook_resid_post")).sort()).toEqual([
      "cfg.json",
      "sae_weights.safetensors",
    ]);
  });

  it("are those of the folder that they were published from", async () => {
    const local = await findSaes(DEMO_SAES);
    const found = await findSaes("hf:user/saes");
    expect(found.map(({ id, config }) => ({ id, config }))).toEqual(local.map(({ id, config }) => ({ id, config })));
    const entry = await findSaes(["2=hf:user/saes/blocks.2.hook_resid_post"]);
    expect(entry).toHaveLength(1);
    expect(entry[0]).toMatchObject({ config: { hook: { layer: 2 } } });
  });

  it("may be named as in the catalogue: of a set the layers asked for", async () => {
    const { source, reference } = await fetchSaes("gemma-2-2b/12-gemmascope-res-16k");
    const path = join(process.env["HF_HOME"]!, "hub", "models--google--gemma-scope-2b-pt-res", "snapshots", COMMIT);
    expect(source).toEqual([`12=${join(path, "layer_12/width_16k/average_l0_82")}`]);
    expect(reference).toBe(`gemma-2-2b/12-gemmascope-res-16k@${COMMIT}`);
    expect(readdirSync(path)).toEqual(["layer_12"]);
    const again = await fetchSaes(reference);
    expect(again).toEqual({ source, reference });
  });

  it("may be named so in an entry, which takes the SAE of its layer", async () => {
    const { source, reference } = await fetchSaes(["11=gemma-scope-2b-pt-res-canonical", `0=${DEMO_SAES}`]);
    const path = join(process.env["HF_HOME"]!, "hub", "models--google--gemma-scope-2b-pt-res", "snapshots", COMMIT);
    expect(source).toEqual([`11=${join(path, "layer_11/width_16k/average_l0_80")}`, `0=${DEMO_SAES}`]);
    expect(reference).toEqual([`11=gemma-scope-2b-pt-res-canonical@${COMMIT}`, `0=${DEMO_SAES}`]);
    expect(await fetchSaes(reference)).toEqual({ source, reference });
    await expect(fetchSaes(["12=gemma-2-2b/11-gemmascope-res-16k"])).rejects.toMatchObject({
      code: "ERR_OUT_OF_RANGE",
    });
  });
});
