import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  loadProfile,
  type ProfileReport,
  type Ranking,
  type RunManifest,
  type SaesReport,
  type SelectionFile,
} from "../../lib";
import { DEMO_MODEL, DEMO_SAES, DEMO_TASK, expectFailure } from "../support/corrsteer";
import { residentCorrsteer } from "../support/resident";
import { temporaryFolder } from "../support/temporary-folder";

/**
 * Three SAEs that read one place, the output of block 2: the demo's, the same with half its features, and one that
 * says that it is of the input of block 3; and one of layer 0.
 */
const folder = temporaryFolder();
const { corrsteer, succeed } = residentCorrsteer();
const saes = join(folder, "saes");
const directory = join(folder, "run");
const IDS = ["blocks.2.hook_resid_post.256", "blocks.2.hook_resid_post.512", "blocks.3.hook_resid_pre"];

const readDocument = (name: string): unknown => JSON.parse(readFileSync(join(directory, name), "utf8"));

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** The first `n` features of a SAELens SAE, whose tensors are float32 and go by the names below. */
function firstFeatures(from: string, to: string, n: number): void {
  const bytes = readFileSync(join(from, "sae_weights.safetensors"));
  const size = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + size)) as Record<string, Entry>;
  const pieces: Buffer[] = [];
  const cut: Record<string, Entry> = {};
  let offset = 0;
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const width = (data_offsets[1] - data_offsets[0]) / shape.reduce((a, b) => a * b, 1);
    const data = bytes.subarray(8 + size + data_offsets[0], 8 + size + data_offsets[1]);
    const [rows, columns] = [shape[0]!, shape[1] ?? 1];
    const piece =
      name === "b_dec"
        ? data
        : name === "W_enc"
          ? Buffer.concat(
              Array.from({ length: rows }, (_, i) => data.subarray(i * columns * width, (i * columns + n) * width)),
            )
          : data.subarray(0, n * columns * width);
    const newShape = name === "b_dec" ? shape : name === "W_enc" ? [rows, n] : [n, ...shape.slice(1)];
    cut[name] = { dtype, shape: newShape, data_offsets: [offset, offset + piece.length] };
    offset += piece.length;
    pieces.push(piece);
  }
  const json = JSON.stringify(cut);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(join(to, "sae_weights.safetensors"), Buffer.concat([length, text, ...pieces]));
}

beforeAll(async () => {
  const of = (layer: number) => join(DEMO_SAES, `blocks.${layer}.hook_resid_post`);
  const config = readFileSync(join(of(2), "cfg.json"), "utf8");
  for (const name of ["wide", "narrow", "pre"]) cpSync(of(2), join(saes, name), { recursive: true });
  cpSync(of(0), join(saes, "first"), { recursive: true });
  writeFileSync(join(saes, "narrow", "cfg.json"), config.replace(/"d_sae": *512/, '"d_sae": 256'));
  firstFeatures(of(2), join(saes, "narrow"), 256);
  writeFileSync(join(saes, "pre", "cfg.json"), config.replaceAll("blocks.2.hook_resid_post", "blocks.3.hook_resid_pre").replace(/"hook_layer": *2/, '"hook_layer": 3')); // prettier-ignore
  await succeed(
    ...["run", "--model", DEMO_MODEL, "--sae", saes, "--threads", "1", ...DEMO_TASK, "--out", directory],
    ...["--samples", "300", "--validation-samples", "40", "--test-samples", "60", "--permutations", "100"],
    ...["--variant", "S,A,P,causal", "--top-k", "3", "--candidates", "3", "--significance", "none", "--decode"],
    ...["--controls", "random,shuffled,mean-difference", "--scales", "none"],
  );
}, 120_000);

test("are told apart by inspect, and by their ids in the run", async () => {
  const { saes: told } = JSON.parse(await succeed("inspect", saes, "--json")) as SaesReport;
  expect(told.map(({ id }) => id)).toEqual(["blocks.0.hook_resid_post", ...IDS]);
  expect((readDocument("run.json") as RunManifest).saes.map(({ id }) => id)).toEqual([
    "blocks.0.hook_resid_post",
    ...IDS,
  ]);
  const file = (name: string) => existsSync(join(directory, "activations", "000000", name));
  expect(["layer-00.arrow", "layer-02.0.arrow", "layer-02.1.arrow", "layer-03.arrow"].map(file)).toEqual(Array(4).fill(true)); // prettier-ignore
  expect(await succeed("rank", directory, "--permutations", "100")).toContain(`\n${IDS[0]!}  `);
});

test("features of all of them are ranked: the same feature of the same weights has the same r", () => {
  const { layers } = readDocument("ranking.json") as Ranking;
  expect(layers.map(({ sae }) => sae)).toEqual(["blocks.0.hook_resid_post", ...IDS]);
  const [, narrow, wide, pre] = layers;
  const plain = (layer: typeof wide) => layer!.features.map(({ feature, r }) => [feature, r]);
  expect(plain(pre)).toEqual(plain(wide));
  const known = new Map(plain(wide) as [number, number][]);
  expect(narrow!.features.some(({ feature }) => known.has(feature))).toBe(true);
});

test("the best of a layer are the best of all that read there, and their directions are summed", async () => {
  const profile = await loadProfile(join(directory, "profiles", "A.steer.json"));
  const { layers } = readDocument("ranking.json") as Ranking;
  const atLayer = profile.features.filter(({ nativeLayer }) => nativeLayer === 2);
  const best = layers.filter(({ sae }) => IDS.includes(sae)).flatMap(({ features }) => features).sort((a, b) => b.r - a.r).slice(0, 3); // prettier-ignore
  expect(new Set(atLayer.map(({ sae }) => sae)).size).toBeGreaterThan(1);
  expect(atLayer.map(({ r }) => r)).toEqual(best.map(({ r }) => r));
  expect([...profile.vectors.layers]).toEqual([0, 2]);
  const { vectors } = JSON.parse(await succeed("inspect", join(directory, "profiles", "A.steer.json"), "--json")) as ProfileReport; // prettier-ignore
  const answered = JSON.parse(
    await succeed(
      ...["generate", "--model", DEMO_MODEL, "--threads", "1", "--prompt", "1+2=", "--max-tokens", "1", "--json"],
      ...["--steer", join(directory, "profiles", "A.steer.json")],
    ),
  ) as { receipt: { layer: number; meanAddedNorm: number }[] };
  expect(answered.receipt.map(({ layer }) => layer)).toEqual([0, 2]);
  answered.receipt.forEach(({ meanAddedNorm }, i) => {
    expect(meanAddedNorm).toBeCloseTo(vectors[i]!.norm, 4);
  });
});

test("the report tells their features apart", () => {
  const html = readFileSync(join(directory, "report.html"), "utf8");
  for (const { sae, feature } of (readDocument("selection.json") as SelectionFile).selections.flatMap(
    ({ features }) => features,
  )) {
    // prettier-ignore
    const name = sae.startsWith("blocks.2") ? sae : sae.includes("3") ? "3" : "0";
    expect(html).toMatch(new RegExp(`<h3>\\s*(<bdi>)?${name}:${feature}\\b`));
  }
});

test("encode asks which of a layer's is meant", async () => {
  const args = ["encode", "--sae", saes, "--layer", "2", "--rows", "x", "--tensor", "y", "--out", "z"];
  expectFailure(await corrsteer(...args), 2, "ERR_INVALID_ARGUMENT", ...IDS.slice(0, 2));
});
