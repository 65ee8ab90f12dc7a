import { errorCode, SteeringError } from "../../errors";
import type { Engine } from "../../model/engine";
import { loadUnknown } from "../../model/load-unknown";
import type { Model } from "../../model/model";
import { createSteering } from "../../steering/create-steering";
import { attempt, type Check } from "../check";
import { largestDifference } from "./difference";
import { checkPushes } from "./push";
import { readBranches, readPrompt, type Reading, type Text } from "./read-rows";
import { checkRoundTrip } from "./round-trip";

const PROMPT = "Which of these is right? A. 7 + 5 = 12; B. 7 + 5 = 13. The answer is";
const N_PROMPT = 20;
/** From the second decode on llama.cpp uses its graph again. */
const N_FORCED = 5;
/** Another order of the same sums. */
const SAME = 1e-5;
/** Where weights are not float32, each kernel of a device has a way of its own to round what they are multiplied by. */
const SAME_QUANTISED = 1e-2;

/**
 * Whether every layer of a model can be read and steered, at the prompt's end and while tokens are generated, with the
 * cache used and without it, on a device as on the CPU; and whether its tokens spell what they were made of.
 *
 * @throws the signal's reason; what loading the model throws, ERR_HOOK_POINT for an architecture without hook points
 */
export async function deepChecks(path: string, device: string, signal?: AbortSignal): Promise<Check[]> {
  await using model = await loadUnknown(path, { device, signal });
  const text = textOf(model);
  await using engine = await exactEngine(model);
  const layers = await readableLayers(engine, text, signal);
  const { nLayer, nEmbd } = model.info;
  const steering = createSteering([{ layer: nLayer >> 1, vector: new Float32Array(nEmbd).fill(0.1) }]);
  const read = async (from: Engine) => {
    return (await readBranches(from, layers, text, [undefined, steering], signal)) as [Reading, Reading];
  };
  return [
    await attempt("every layer pushed", async () => {
      const { rows, deviation } = await checkPushes(engine, layers, text, signal);
      const exactly = deviation === 0 ? "exactly" : `to ${deviation.toExponential(1)} of the push`;
      const input = layers.includes(-1) ? "and the input of block 0" : "but not the input of block 0";
      return `${nLayer} layers ${input}, ${rows} rows in ${N_FORCED} decodes: each is moved ${exactly} by its push`;
    }),
    await attempt("recomputed", async () => {
      const [plain, steered] = await read(engine);
      await using fresh = await exactEngine(model);
      const prompt = Int32Array.from([...text.prompt, ...text.forced.subarray(0, -1)]);
      const whole = lastRows(await readPrompt(fresh, layers, prompt, signal), N_FORCED);
      await using another = await exactEngine(model);
      const [alone] = (await readBranches(another, layers, text, [steering], signal)) as [Reading];
      const differences = [largestDifference(plain.rows, whole), largestDifference(steered.rows, alone.rows)] as const;
      for (const found of differences) mustBeSame(found, mostBetween(model));
      return `rows from the cache are those of one pass, NMSE ${shown(differences[0])}; forked as alone, ${shown(differences[1])}`;
    }),
    await attempt("as on the CPU", () => compareWithCpu(path, engine, read, signal)),
    await attempt("tokenizer", () => `${checkRoundTrip(model)} texts of several scripts are spelled as they were`),
  ];
}

async function compareWithCpu(
  path: string,
  engine: Engine,
  read: (from: Engine) => Promise<Reading[]>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { info } = engine.model;
  if (info.hostLayers === info.nLayer) return "the model is on the CPU";
  await using model = await loadUnknown(path, { device: "cpu", signal });
  await using other = await exactEngine(model);
  const [readings, onCpu] = [await read(engine), await read(other)];
  const found = Math.max(...readings.map(({ rows }, i) => largestDifference(rows, onCpu[i]!.rows)));
  mustBeSame(found, mostBetween(engine.model));
  return `rows of ${info.device}, steered and not, are the CPU's, NMSE ${shown(found)}`;
}

/** How far rows of the same tokens may be from each other. */
function mostBetween({ info: { description, hostLayers, nLayer } }: Pick<Model, "info">): number {
  return hostLayers === nLayer || description.endsWith("F32") ? SAME : SAME_QUANTISED;
}

function exactEngine(model: Model): Promise<Engine> {
  return model.createEngine({ kvType: "f32", contextTokens: 1024 });
}

/** Tokens of any vocabulary: those of a text where it has them. */
function textOf(model: Model): Text {
  const tokens = [...tokensOf(model, PROMPT), ...Array.from({ length: N_PROMPT + N_FORCED }, (_, i) => i)];
  return {
    prompt: Int32Array.from(tokens.slice(0, N_PROMPT)),
    forced: Int32Array.from(tokens.slice(N_PROMPT, N_PROMPT + N_FORCED)),
  };
}

function tokensOf(model: Model, text: string): Int32Array {
  try {
    return model.tokenize(text);
  } catch {
    return new Int32Array(); // the vocabulary has not all of it
  }
}

/** All blocks, and the input of block 0 where the graph names it. */
async function readableLayers(engine: Engine, text: Text, signal: AbortSignal | undefined): Promise<number[]> {
  const layers = Array.from({ length: engine.model.info.nLayer + 1 }, (_, i) => i - 1);
  try {
    await readBranches(engine, layers, text, [undefined], signal);
    return layers;
  } catch (error) {
    if (errorCode(error) !== "ERR_HOOK_POINT") throw error;
    return layers.slice(1);
  }
}

function lastRows({ rows }: Reading, n: number): Map<number, Float32Array> {
  return new Map([...rows].map(([layer, all]) => [layer, all.subarray(-n * (all.length / (N_PROMPT + n - 1)))]));
}

function mustBeSame(found: number, most: number): void {
  if (found <= most) return;
  throw new SteeringError("ERR_INTERNAL", `rows differ by an NMSE of ${shown(found)}, more than ${shown(most)}`);
}

function shown(difference: number): string {
  return difference === 0 ? "0" : difference.toExponential(1);
}
