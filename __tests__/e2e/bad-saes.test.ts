import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, DEMO_SAES, DEMO_TASK, expectFailure } from "../support/corrsteer";
import { chunksOf } from "../support/directory-contents";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const { corrsteer } = residentCorrsteer();
const LLAMA_SAES = join(__dirname, "..", "fixtures", "saes", "llama");
const out = join(folder, "run");
let nCopies = 0;

/** The demo's SAEs, to be damaged: the folder, and the one of layer 2 in it. */
function copy(): { saes: string; one: string; config: string; weights: string } {
  const saes = join(folder, `saes-${++nCopies}`);
  cpSync(DEMO_SAES, saes, { recursive: true });
  const one = join(saes, "blocks.2.hook_resid_post");
  return { saes, one, config: join(one, "cfg.json"), weights: join(one, "sae_weights.safetensors") };
}

const collect = (...options: string[]) =>
  corrsteer(
    "collect",
    "--model",
    DEMO_MODEL,
    "--threads",
    "1",
    ...DEMO_TASK,
    "--samples",
    "8",
    "--out",
    out,
    ...options,
  );

function edit(path: string, change: (config: Record<string, unknown>) => object): void {
  const config = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...config, ...change(config) }));
}

interface Entry {
  data_offsets: [number, number];
  shape: number[];
}

/** Writes the file's header anew, the data as they are. */
function editHeader(path: string, change: (entries: Record<string, Entry>) => void): void {
  const bytes = readFileSync(path);
  const dataBegin = 8 + Number(bytes.readBigUInt64LE());
  const entries = JSON.parse(bytes.toString("utf8", 8, dataBegin)) as Record<string, Entry>;
  change(entries);
  const header = Buffer.from(JSON.stringify(entries).padEnd(dataBegin, " "));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path, Buffer.concat([length, header, bytes.subarray(dataBegin)]));
}

afterEach(() => rmSync(out, { recursive: true, force: true }));

test.each<[string, (sae: ReturnType<typeof copy>) => void, string, string[]]>([
  ["its configuration is no JSON", ({ config }) => truncateSync(config, 20), "ERR_SAE_FORMAT", ["cfg.json", "JSON"]],
  ["k is beyond d_sae", ({ config }) => edit(config, () => ({ k: 513 })), "ERR_SAE_FORMAT", ["d_sae = 512", "513"]],
  ["it has no weights", ({ weights }) => rmSync(weights), "ERR_SAE_FORMAT", ["sae_weights.safetensors"]],
  [
    "it is of a layer that the model lacks",
    ({ config }) =>
      edit(config, ({ metadata }) => ({
        metadata: { ...(metadata as object), hook_name: "blocks.7.hook_resid_post" },
      })),
    "ERR_OUT_OF_RANGE",
    ["4 layers", "7"],
  ],
  [
    "the same one is there twice",
    ({ saes, one }) => cpSync(one, join(saes, "twin"), { recursive: true }),
    "ERR_SAE_FORMAT",
    ["twin", "the same SAE, blocks.2.hook_resid_post"],
  ],
  [
    "the model is of another width",
    ({ saes }) => {
      rmSync(saes, { recursive: true });
      cpSync(LLAMA_SAES, saes, { recursive: true });
    },
    "ERR_SHAPE_MISMATCH",
    ["64", "128"],
  ],
])("an SAE is refused before anything is collected when %s", async (_, damage, errorCode, words) => {
  const sae = copy();
  damage(sae);
  const outcome = await collect("--sae", sae.saes);
  expectFailure(outcome, errorCode === "ERR_OUT_OF_RANGE" ? 2 : 1, errorCode, sae.saes, ...words);
  expect(existsSync(out)).toBe(false);
});

test.each<[string, (weights: string) => void, string, string[]]>([
  ["end early", (weights) => truncateSync(weights, 5000), "ERR_SAE_FORMAT", []],
  [
    "have a header that is too long",
    (weights) => writeFileSync(weights, Buffer.alloc(64, 0xff)),
    "ERR_SAE_FORMAT",
    ["100 MB"],
  ],
  [
    "lie about an offset",
    (weights) => editHeader(weights, (entries) => (entries["W_enc"]!.data_offsets[1] += 4)),
    "ERR_SAE_FORMAT",
    ["W_enc"],
  ],
  [
    "overlap",
    (weights) => editHeader(weights, (entries) => (entries["W_enc"]!.data_offsets = entries["W_dec"]!.data_offsets)),
    "ERR_SAE_FORMAT",
    [],
  ],
  [
    "lie about a shape",
    (weights) => editHeader(weights, (entries) => entries["W_enc"]!.shape.reverse()),
    "ERR_SHAPE_MISMATCH",
    ["W_enc"],
  ],
  [
    "lack a tensor",
    (weights) =>
      editHeader(weights, (entries) => {
        entries["other"] = entries["b_enc"]!;
        delete entries["b_enc"];
      }),
    "ERR_SAE_FORMAT",
    ["b_enc"],
  ],
  [
    "have NaN",
    (weights) => {
      const bytes = readFileSync(weights);
      bytes.writeFloatLE(NaN, bytes.length - 4);
      writeFileSync(weights, bytes);
    },
    "ERR_NON_FINITE",
    [],
  ],
])("weights are refused that %s, and no chunk is kept of them", async (_, damage, errorCode, words) => {
  const { saes, weights } = copy();
  damage(weights);
  const outcome = await collect("--sae", saes);
  expectFailure(outcome, 1, errorCode, weights, ...words);
  expect(chunksOf(out)).toHaveLength(0);
});
