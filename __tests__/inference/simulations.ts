import { againstControls } from "./against-controls";
import { causal } from "./causal";
import { clusteredGains } from "./clustered-gains";
import { clusteredScores } from "./clustered-scores";
import { detectableGains } from "./detectable-gains";
import { effectBesideLength } from "./effect-beside-length";
import { gated } from "./gated";
import { givenForm } from "./given-form";
import { givenLength } from "./given-length";
import { givenSeveral } from "./given-several";
import { jointFit } from "./joint-fit";
import { nearThreshold } from "./near-threshold";
import { optionOrders } from "./option-orders";
import { pickedProfile } from "./picked-profile";
import { readings } from "./readings";
import type { Simulation } from "./simulation";
import { skewedFeatures } from "./skewed-features";

export const SIMULATIONS: readonly Simulation[] = [
  ...givenForm,
  ...givenLength,
  ...effectBesideLength,
  ...givenSeveral,
  ...clusteredScores,
  ...clusteredGains,
  ...detectableGains,
  ...optionOrders,
  ...nearThreshold,
  ...skewedFeatures,
  ...readings,
  ...againstControls,
  ...jointFit,
  ...causal,
  ...gated,
  ...pickedProfile,
];
