import { z } from "zod";
import { featureName } from "./directions";

const MOST_WATCHED = 256;

/** Features whose values are asked for. */
export const watchedNames = z.array(featureName, "an array of features").max(MOST_WATCHED);

export const watchedToken = z.object({
  id: z.int(),
  text: z.string(),
  values: z.array(z.number()).describe("Of each feature at the row that chose this token, once it was steered."),
});
export type WatchedToken = z.output<typeof watchedToken>;
