import { SteeringError } from "../errors";
import type { BranchResult } from "../model/engine";
import { loadUnknown } from "../model/load-unknown";
import { createSteering } from "../steering/create-steering";
import { difference } from "./deep/difference";

const N_TOKENS = 4;
/**
 * NMSE of logits, where a row's last bits depend on its place in the batch, as they do in attention on a device, and rows are
 * rounded to 8 bits before they meet quantised weights: 1.3e-3 was seen with CUDA and weights of 4 bits.
 */
const SAME_ON_DEVICE = 1e-2;

/**
 * Goes on with a few tokens plainly, with a vector of zeros, and with one of zeros and ones: zeros must change no bit of the
 * logits (on a device, as good as none), the other must change them, and the receipt must tell of every row.
 *
 * @throws ERR_INTERNAL when one of these does not hold; as loading and running a model does
 */
export async function checkEngine(path: string, device: string, signal?: AbortSignal): Promise<string> {
  await using model = await loadUnknown(path, { device, signal });
  await using engine = await model.createEngine({ contextTokens: 256 });
  const { nLayer, nEmbd, hostLayers } = model.info;
  const layer = Math.floor(nLayer / 2);
  // Not of ones alone, which a LayerNorm takes out.
  const vectors = [0, 1].map((value) => Float32Array.from({ length: nEmbd }, (_, i) => value * (i % 2)));
  const steerings = vectors.map((vector) => createSteering([{ layer, vector }]));
  const prompt = model.tokenize("1 + 1 =");
  const branches = [undefined, ...steerings].map((steering) => ({
    ...(steering && { steering }),
    forcedTokens: prompt.subarray(0, N_TOKENS), // the same ones, whatever the last bits of logits are
    logits: "generated" as const,
  }));
  const [plain, zero, steered] = (await engine.run({ prompt, branches }, { signal })).branches as [
    BranchResult,
    BranchResult,
    BranchResult,
  ];
  const most = hostLayers === nLayer ? 0 : SAME_ON_DEVICE;
  const byZeros = difference(zero.logits, plain.logits);
  must(byZeros <= most, `steering by zeros changed the logits, NMSE ${byZeros.toExponential(1)}`);
  must(difference(steered.logits, plain.logits) > most, "steering did not change the logits");
  const rows = steered.logits.length / model.info.nVocab;
  const receipt = steered.receipt.find((of) => of.layer === layer);
  must(receipt?.rows === rows, `of ${rows} rows, ${receipt?.rows ?? 0} were steered`);
  return `${model.info.description}: ${rows} rows steered at layer ${layer}, a vector of zeros changes nothing`;
}

function must(holds: boolean, problem: string): void {
  if (!holds) throw new SteeringError("ERR_INTERNAL", problem);
}
