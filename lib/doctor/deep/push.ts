import { SteeringError } from "../../errors";
import type { Engine } from "../../model/engine";
import { createSteering } from "../../steering/create-steering";
import { difference } from "./difference";
import { readBranches, type Reading, type Text } from "./read-rows";

/** Of a row's root mean square: too little to change what a model says, enough to be seen in float32. */
const PUSH = 0.03;
/** Layers that are pushed in one batch, each in a branch of its own. */
const GROUP = 4;
/** Of the push: what rounding makes of a row depends on its place in the batch too, as attention is rounded to float16. */
const ROUNDING = 0.02;

export interface Pushed {
  readonly rows: number;
  /** The largest deviation from row plus push, of the push. */
  readonly deviation: number;
}

/**
 * Pushes each layer a little, in a branch of its own. At every token the layer's row has to be what it is without the push,
 * plus the push, and what comes after it another.
 *
 * @throws ERR_HOOK_POINT where that does not hold
 */
export async function checkPushes(
  engine: Engine,
  layers: readonly number[],
  text: Text,
  signal?: AbortSignal,
): Promise<Pushed> {
  const { nEmbd } = engine.model.info;
  const [plain] = (await readBranches(engine, layers, text, [undefined], signal)) as [Reading];
  let deviation = 0;
  let rows = 0;
  for (let first = 0; first < layers.length; first += GROUP) {
    const group = layers.slice(first, first + GROUP);
    const pushes = group.map((layer) => pushOf(plain.rows.get(layer)!, nEmbd, layer));
    const steerings = pushes.map((vector, i) => createSteering([{ layer: group[i]!, vector }]));
    const pushed = await readBranches(engine, layers, text, steerings, signal);
    // Of the same shape, so that each row has the same place in its batch, on which its last bits depend.
    const unpushed = await readBranches(
      engine,
      layers,
      text,
      group.map(() => undefined),
      signal,
    );
    for (const [i, reading] of pushed.entries()) {
      deviation = Math.max(deviation, deviationOf(reading, unpushed[i]!, layers, group[i]!, pushes[i]!));
      rows += text.forced.length;
    }
  }
  return { rows, deviation };
}

function pushOf(rows: Float32Array, nEmbd: number, seed: number): Float32Array {
  const size = PUSH * Math.sqrt(rows.reduce((sum, x) => sum + x * x, 0) / rows.length);
  return Float32Array.from({ length: nEmbd }, (_, i) => size * (((i * 7 + seed) % 5) - 2 || 1));
}

function deviationOf(
  pushed: Reading,
  plain: Reading,
  layers: readonly number[],
  layer: number,
  push: Float32Array,
): number {
  const [rows, before] = [pushed.rows.get(layer)!, plain.rows.get(layer)!];
  const added = before.map((_, i) => push[i % push.length]!);
  const moved = rows.map((x, i) => x - before[i]!);
  const deviation = Math.sqrt(difference(moved, added));
  if (!(deviation <= ROUNDING)) throw notHooked(layer, `its row is off by ${deviation.toExponential(1)} of a push`);
  const next = layers[layers.indexOf(layer) + 1];
  const [seen, unseen] =
    next === undefined ? [pushed.logits, plain.logits] : [pushed.rows.get(next)!, plain.rows.get(next)!];
  if (seen.every((x, i) => x === unseen[i])) throw notHooked(layer, "a push changes nothing after it");
  return deviation;
}

function notHooked(layer: number, what: string): SteeringError {
  return new SteeringError("ERR_HOOK_POINT", `layer ${layer}: ${what}`, { layer });
}
