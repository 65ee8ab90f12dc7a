import { z } from "zod";
import { count } from "../files/schema";
import { PROMPT_STYLES } from "../prompt/prompting";

export const askedHow = z.object({
  promptStyle: z.enum(PROMPT_STYLES),
  chainOfThought: z.boolean(),
  /** Worked examples before each question. */
  fewShot: count,
  /** The group that the questions were taken from, where that is not all. */
  category: z.string().exactOptional(),
});
/**
 * How the questions of a run were asked.
 * @interface
 */
export type AskedHow = Readonly<z.infer<typeof askedHow>>;
