import { SteeringError } from "../errors";
import type { BranchResult } from "../model/engine";
import { loadUnknown } from "../model/load-unknown";
import { createSteering } from "../steering/create-steering";

const MAX_TOKENS = 4;

/**
 * Generates a few tokens plainly, with a vector of zeros, and with a vector of ones: zeros must change no bit of the
 * logits, ones must change them, and the receipt must tell of every row.
 *
 * @throws ERR_INTERNAL when one of these does not hold; as loading and running a model does
 */
export async function checkEngine(path: string, device: string, signal?: AbortSignal): Promise<string> {
  await using model = await loadUnknown(path, { device, signal });
  await using engine = await model.createEngine({ contextTokens: 256 });
  const { nLayer, nEmbd } = model.info;
  const layer = Math.floor(nLayer / 2);
  const steerings = [0, 1].map((value) => createSteering([{ layer, vector: new Float32Array(nEmbd).fill(value) }]));
  const branches = [undefined, ...steerings].map((steering) => ({
    ...(steering && { steering }),
    maxTokens: MAX_TOKENS,
    logits: "generated" as const,
  }));
  const prompt = model.tokenize("1 + 1 =");
  const [plain, zero, steered] = (await engine.run({ prompt, branches }, { signal })).branches as [
    BranchResult,
    BranchResult,
    BranchResult,
  ];
  must(equal(plain.logits, zero.logits), "steering by zeros changed the logits");
  must(!equal(plain.logits, steered.logits), "steering did not change the logits");
  const rows = steered.logits.length / model.info.nVocab;
  const receipt = steered.receipt.find((of) => of.layer === layer);
  must(receipt?.rows === rows, `of ${rows} rows, ${receipt?.rows ?? 0} were steered`);
  return `${model.info.description}: ${rows} rows steered at layer ${layer}, a vector of zeros changes nothing`;
}

function equal(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((x, i) => x === b[i]);
}

function must(holds: boolean, problem: string): void {
  if (!holds) throw new SteeringError("ERR_INTERNAL", problem);
}
