import { join } from "node:path";
import { convertSae } from "../../lib/sae/convert";
import { readDecoderBias } from "../../lib/sae/decoder-bias";
import { readDecoderRows } from "../../lib/sae/decoder-rows";
import { Sae } from "../../lib/sae/sae";
import { findSaes } from "../../lib/sae/set";
import type { StoredSae } from "../../lib/sae/folder";
import { readSafetensors } from "../support/read-safetensors";
import { temporaryFolder } from "../support/temporary-folder";

// Each family's SAE as its publisher's own classes compute it: make_publishers_saes.py says which, and where a package is
// known to be wrong takes the published formula.
const PUBLISHERS = join(__dirname, "..", "fixtures", "publishers");
const TOLERANCE = 1e-5;

const golden = readSafetensors(join(PUBLISHERS, "golden.safetensors"));
const oracles = JSON.parse(golden.metadata["oracles"]!) as Record<string, { by: string; scale?: number }>;
const rows = golden.readFloat32("rows");
const nRows = golden.tensors.find(({ name }) => name === "rows")!.shape[0]!;

const temporary = temporaryFolder();
const saes = Object.entries(oracles);

describe.each(saes)("%s", (name, { scale }) => {
  const find = async () => {
    const options = scale === undefined ? {} : { normScalingFactor: scale };
    const [found] = await findSaes(join(PUBLISHERS, name), options);
    return found!;
  };

  test("encodes to the same features, alike to 1e-5", async () => {
    await using sae = await Sae.load(await find());
    const acts = await sae.encode(rows);
    const expected = golden.readFloat32(`acts.${name}`);
    expect(active(acts)).toEqual(active(expected));
    expect(relativeError(acts, expected)).toBeLessThanOrEqual(TOLERANCE);
  });

  test("decodes in the units of the residual stream, alike to 1e-5", async () => {
    const reconstruction = await decode(await find(), golden.readFloat32(`acts.${name}`));
    expect(relativeError(reconstruction, golden.readFloat32(`decoded.${name}`))).toBeLessThanOrEqual(TOLERANCE);
  });

  test("encodes the same once it is converted to SAELens' format", async () => {
    const folder = join(temporary, name.replaceAll("/", "-"));
    await convertSae(await find(), folder);
    await using sae = await Sae.load(folder);
    const acts = await sae.encode(rows);
    const expected = golden.readFloat32(`acts.${name}`);
    expect(active(acts)).toEqual(active(expected));
    expect(relativeError(acts, expected)).toBeLessThanOrEqual(TOLERANCE);
  });
});

/** Sums of directions, with what was normalised away of each row put back. */
async function decode(found: StoredSae, acts: Float32Array): Promise<Float32Array> {
  const { dModel, dSae } = found.config;
  const directions = await readDecoderRows(found, [...Array(dSae).keys()]);
  const bias = await readDecoderBias(found);
  const decoded = new Float32Array(nRows * dModel);
  for (let row = 0; row < nRows; row++) {
    const x = rows.subarray(row * dModel, (row + 1) * dModel);
    const { scale, offset } = undo(found.config.encoder.inputNormalization, x);
    for (let j = 0; j < dModel; j++) {
      let sum = bias[j]!;
      for (let i = 0; i < dSae; i++) sum += acts[row * dSae + i]! * directions[i * dModel + j]!;
      decoded[row * dModel + j] = sum * scale + offset;
    }
  }
  return decoded;
}

function undo(
  normalization: StoredSae["config"]["encoder"]["inputNormalization"],
  x: Float32Array,
): { scale: number; offset: number } {
  const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
  const mean = sum(x) / x.length;
  switch (normalization) {
    case "layer_norm":
      return { scale: Math.sqrt(sum(x.map((value) => (value - mean) ** 2)) / (x.length - 1)), offset: mean };
    case "constant_norm_rescale":
      return { scale: Math.sqrt(sum(x.map((value) => value * value)) / x.length), offset: 0 };
    default:
      return { scale: 1, offset: 0 };
  }
}

function active(acts: Float32Array): number[] {
  return [...acts.keys()].filter((i) => acts[i] !== 0);
}

/** Of norms. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const norm = (values: Float32Array) => Math.hypot(...values);
  return norm(actual.map((value, i) => value - expected[i]!)) / norm(expected);
}
