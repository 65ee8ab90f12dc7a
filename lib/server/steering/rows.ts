import type { ModelInfo } from "../../model/loaded-model";
import type { SaeFolder } from "../../sae/folder";
import { featureProbe } from "../../steering/features";
import type { Condition, Steering } from "../../steering/steering";
import { ofFeature } from "../features";
import type { SteeringPart } from "../schemas/steering";
import { requireLayer, requireWidth, steeringAt } from "./refusal";

type Rows = Pick<SteeringPart, "within" | "during" | "when">;

/** What conditions may be of. */
interface Known {
  readonly info: ModelInfo;
  readonly saes: readonly SaeFolder[];
}

/** The same on those rows alone. @param param what an error is about. @throws ApiError 400 */
export async function onRows(steering: Steering, { within, during, when }: Rows, param: string, known: Known) {
  const there = within ? inWindow(steering, within) : steering;
  const then = during ? there.during(during) : there;
  if (!when) return then;
  const condition = await conditionOf(when, `${param}.when`, known);
  return steeringAt(`${param}.when`, () => then.when(condition));
}

function inWindow(steering: Steering, { from = 0, to }: NonNullable<Rows["within"]>): Steering {
  if (from !== "prompt") return steering.within(from, to);
  return steering.within(to === undefined ? 0 : to - 1, to).fromPrompt();
}

async function conditionOf(
  { feature, layer, direction, above }: NonNullable<Rows["when"]>,
  param: string,
  { info, saes }: Known,
): Promise<Condition> {
  if (feature !== undefined) {
    try {
      return { feature: await featureProbe(feature, saes), above };
    } catch (error) {
      throw ofFeature(error, `${param}.feature`, saes);
    }
  }
  requireLayer(layer!, `${param}.layer`, info);
  requireWidth(direction!, `${param}.direction`, info);
  return { layer: layer!, direction: Float32Array.from(direction!), above };
}
