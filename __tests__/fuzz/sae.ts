import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom, type RandomBelow } from "../../lib/statistics/random";
import { program } from "./built";
import { damage, pick } from "./bytes";
import { requireFinite } from "./finite";
import { mutateJson } from "./json";
import type { Kind } from "./kind";

const SAES = join(__dirname, "..", "fixtures", "saes");
const SOURCES = ["formats", "llama"].flatMap((set) =>
  readdirSync(join(SAES, set), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${set}/${name}`),
);
const CONFIG = "cfg.json";
const WEIGHTS = "sae_weights.safetensors";

const WORDS = [
  ...["standard", "topk", "gated", "jumprelu", "batchtopk", "relu", "layer_norm", "constant_norm_rescale"],
  ...["expected_average_only_in", "blocks.0.hook_resid_pre", "model.layers.9", "blocks.99999999999.hook_resid_post"],
  ...["k", "architecture", "d_in", "d_sae", "normalize_activations", "hook_name", "apply_b_dec_to_input"],
  ...["W_enc", "W_dec", "b_enc", "b_dec", "threshold", "__metadata__", "dtype", "shape", "data_offsets"],
  ...["F64", "F32", "F16", "BF16", "I64", "F8_E4M3"],
];

/** An SAE's folder, taken as a user would who found it: looked at, loaded, and put to work. */
export const sae: Kind = {
  originals: SOURCES,

  put(source, folder) {
    for (const file of [CONFIG, WEIGHTS]) copyFileSync(join(SAES, source, file), join(folder, file));
  },

  make(random, folder) {
    const source = pick(random, SOURCES);
    const config = readFileSync(join(SAES, source, CONFIG));
    const weights = readFileSync(join(SAES, source, WEIGHTS));
    const [changed, what] = pick<() => [[Buffer, Buffer], string]>(random, [
      () => changeConfig(random, config, weights),
      () => changeHeader(random, config, weights),
      () => changeValues(random, config, weights),
      () => changeValues(random, config, weights),
      () => damageEither(random, config, weights),
    ])();
    writeFileSync(join(folder, CONFIG), changed[0]);
    writeFileSync(join(folder, WEIGHTS), changed[1]);
    return { name: `${source}: ${what}`, sizeBytes: changed[0].length + changed[1].length };
  },

  async open(folder) {
    await program.inspect(folder);
    const [found] = await program.findSaes(folder);
    await using loaded = await program.Sae.load(found!, { threads: 1 });
    const random = seededRandom(1);
    const rows = Float32Array.from({ length: 3 * loaded.dModel }, (_, i) =>
      i < loaded.dModel ? 0 : (random(2001) - 1000) / 50,
    );
    requireFinite("activations", await loaded.encode(rows));
    requireFinite("directions", await loaded.decoderRows([0, loaded.dSae - 1]));
  },
};

function changeConfig(random: RandomBelow, config: Buffer, weights: Buffer): [[Buffer, Buffer], string] {
  const { text, name } = mutateJson(config.toString(), random, WORDS);
  return [[Buffer.from(text), weights], name];
}

function changeHeader(random: RandomBelow, config: Buffer, weights: Buffer): [[Buffer, Buffer], string] {
  const { header, data } = split(weights);
  const { text, name } = mutateJson(JSON.stringify(header), random, WORDS);
  return [[config, assemble(text, data)], name];
}

/** Values of one tensor, or all of another width: numbers that no training gives, but any file may hold. */
function changeValues(random: RandomBelow, config: Buffer, weights: Buffer): [[Buffer, Buffer], string] {
  const { header, data } = split(weights);
  const names = Object.keys(header).filter((name) => name !== "__metadata__");
  const name = pick(random, names);
  const [begin, end] = header[name]!.data_offsets;
  const copy = Buffer.from(data);
  const value = pick(random, [NaN, Infinity, -Infinity, 3e38, -3e38, 1e30, 1e20, -1e20, 1e-38, 1e-45, 0, 89]);
  const first = random(4) === 0 ? begin : begin + 4 * random((end - begin) / 4);
  const last = random(4) === 0 ? end : first + 4;
  for (let at = first; at < last; at += 4) copy.writeFloatLE(value, at);
  return [
    [config, assemble(JSON.stringify(header), copy)],
    `${name} is ${value} from ${first - begin} to ${last - begin}`,
  ];
}

function damageEither(random: RandomBelow, config: Buffer, weights: Buffer): [[Buffer, Buffer], string] {
  if (random(2) === 0) {
    const { bytes, name } = damage(random, config);
    return [[bytes, weights], `${CONFIG}: ${name}`];
  }
  const headerEnd = 8 + Number(weights.readBigUInt64LE());
  const { bytes, name } = damage(random, weights, random(2) === 0 ? headerEnd : weights.length);
  return [[config, bytes], `${WEIGHTS}: ${name}`];
}

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;

function split(weights: Buffer): { header: Header; data: Buffer } {
  const end = 8 + Number(weights.readBigUInt64LE());
  return { header: JSON.parse(weights.toString("utf8", 8, end)) as Header, data: weights.subarray(end) };
}

function assemble(header: string, data: Buffer): Buffer {
  const json = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}
