import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSaeFolder } from "../../../../lib/sae/folder";
import { temporaryFolder } from "../../../support/temporary-folder";

const LLAMA_SCOPE = join(
  ...[__dirname, "..", "..", "..", "fixtures", "publishers", "Llama3_1-8B-Base-LXR-32x", "Llama3_1-8B-Base-L1R-32x"],
);
const root = temporaryFolder();
const commit = "0123456789abcdef0123456789abcdef01234567";

/** A folder of a repository in the hub's cache. */
function cached(repo: string, path: string): string {
  const folder = join(root, "hub", `models--${repo.replace("/", "--")}`, "snapshots", commit, path);
  mkdirSync(folder, { recursive: true });
  return folder;
}

function writeSaelens(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const config = { d_in: 4, d_sae: 8, hook_point: "blocks.4.hook_resid_pre", hook_point_layer: 4 };
  writeFileSync(join(folder, "cfg.json"), JSON.stringify(config));
  writeFileSync(join(folder, "sae_weights.safetensors"), "\x02\0\0\0\0\0\0\0{}"); // no tensors
  return folder;
}

describe("an SAE in the hub's cache", () => {
  it("is read as the catalogue says, and has its dashboard", async () => {
    const folder = writeSaelens(cached("jbloom/GPT2-Small-SAEs-Reformatted", "blocks.4.hook_resid_pre"));
    const { id, config } = await readSaeFolder(folder);
    expect([id, config.neuronpediaId]).toEqual(["gpt2-small/4-res-jb", "gpt2-small/4-res-jb"]);
    expect(config.encoder.inputNormalization).toBe("center");
  });

  it("is read as its caller says where the two differ", async () => {
    const folder = writeSaelens(cached("jbloom/GPT2-Small-SAEs-Reformatted", "blocks.4.hook_resid_pre"));
    expect((await readSaeFolder(folder, { center: false })).config.encoder.inputNormalization).toBe("none");
  });

  it("has a dashboard where its own format has no place for one", async () => {
    const folder = cached("OpenMOSS-Team/Llama3_1-8B-Base-LXR-32x", "Llama3_1-8B-Base-L1R-32x");
    cpSync(LLAMA_SCOPE, folder, { recursive: true });
    expect((await readSaeFolder(folder)).config.neuronpediaId).toBe("llama3.1-8b/1-llamascope-res-131k");
    expect((await readSaeFolder(LLAMA_SCOPE)).config.neuronpediaId).toBeUndefined();
  });
});

it("the same SAE elsewhere, or another of the repository, is what its files say", async () => {
  for (const folder of [
    join(root, "blocks.4.hook_resid_pre"),
    cached("jbloom/GPT2-Small-SAEs-Reformatted", "mine"),
    cached("someone/GPT2-Small-SAEs-Reformatted", "blocks.4.hook_resid_pre"),
  ]) {
    const { id, config } = await readSaeFolder(writeSaelens(folder));
    expect([id, config.encoder.inputNormalization]).toEqual(["blocks.4.hook_resid_pre", "none"]);
  }
});
