import type { Split } from "../data/split";
import { invalidArgument, outOfRange } from "../errors";
import type { ControlArm } from "../evaluate/control-arm";
import { drawRandomControl } from "../evaluate/random-control";
import { decoderDirections } from "../profile/directions";
import type { SteeringProfile } from "../profile/profile";
import type { Moments } from "../rank/moments";
import { readMoments, readShards } from "../rank/read-moments";
import { saeIdentities } from "../sae/identity";
import { checkSame } from "../store/manifest";
import type { Task } from "../tasks/task";
import type { Inputs } from "./inputs";

const CONTROLS = ["random", "constrained"] as const;
export type Control = (typeof CONTROLS)[number];

/** All arms of a question are in the cache at once, and it has 256 sequences. */
const MAX_DRAWS = 50;

/**
 * The controls asked for, or those that the test questions allow.
 *
 * @throws ERR_INVALID_ARGUMENT for an unknown one, and for "constrained" with a question that has no choices
 */
export function resolveControls(
  asked: readonly Control[] | undefined,
  { test }: Split,
  { constrained = false }: Task,
): readonly Control[] {
  const without = test.find(({ choices }) => choices === undefined);
  if (!asked) return without || constrained ? ["random"] : CONTROLS;
  const unknown = asked.find((control) => !CONTROLS.includes(control));
  if (unknown !== undefined) throw invalidArgument("controls", `some of ${CONTROLS.join(", ")}`, unknown);
  if (without && asked.includes("constrained")) {
    throw invalidArgument("controls", `questions with choices for "constrained"`, `sample ${without.id} without`);
  }
  if (constrained && asked.includes("constrained")) {
    throw invalidArgument("controls", `no "constrained" where all answers are held to the choices`, asked);
  }
  return asked;
}

/** @throws ERR_OUT_OF_RANGE */
export function resolveRandomDraws(asked = 5): number {
  if (Number.isInteger(asked) && asked >= 1 && asked <= MAX_DRAWS) return asked;
  throw outOfRange("randomDraws", `an integer from 1 to ${MAX_DRAWS}`, asked);
}

/**
 * Of each profile that steers anything, drawn with the moments of the run in `directory`.
 *
 * @throws ERR_RUN_MISMATCH when the run is of other SAEs; as `readShards` and `drawRandomControl`
 */
export async function randomControls(
  { saes, setup }: Inputs,
  directory: string,
  profiles: readonly SteeringProfile[],
  { nDraws, signal }: { readonly nDraws: number; readonly signal?: AbortSignal | undefined },
): Promise<ControlArm[]> {
  const shards = await readShards([directory]);
  const { manifest } = shards[0]!;
  checkSame(directory, { saes: manifest.saes }, { saes: await saeIdentities(saes, manifest.saes, signal) });
  const known = new Map<number, Moments>();
  const momentsOf = async (layer: number) => {
    const sae = manifest.saes.find((sae) => sae.layer === layer)!;
    const moments = known.get(layer) ?? (await readMoments(shards, sae));
    known.set(layer, moments);
    return moments;
  };
  const directionsOf = decoderDirections(saes, { signal });
  const controls: ControlArm[] = [];
  for (const profile of profiles.filter(({ features }) => features.length > 0)) {
    controls.push(...(await drawRandomControl(profile, { nDraws, seed: setup.seed, momentsOf, directionsOf })));
  }
  return controls;
}
