import { z } from "zod";
import { SteeringError } from "../errors";
import { count } from "../files/schema";
import { readNeutralTexts } from "./read-texts";
import { NEUTRAL_TEXTS } from "./texts";

/** What texts are for: what is tuned on some is reported on others. */
export const NEUTRAL_PARTS = ["tuning", "reporting"] as const;
export type NeutralPart = (typeof NEUTRAL_PARTS)[number];

/** What the text that comes with the program is called. */
export const BUILT_IN = "built in";

/** Text that has nothing to do with any task. */
export interface NeutralText {
  /** Where it is from. */
  readonly name: string;
  readonly part: NeutralPart;
  readonly texts: readonly string[];
}

export const neutralSource = z.object({ text: z.string(), part: z.enum(NEUTRAL_PARTS), nTexts: count });

/**
 * A part of a user's texts, or of those built in: every other one, so that the parts are alike. The first is to report on,
 * which one text is enough for.
 *
 * @throws ERR_DATASET_FORMAT for fewer than 2 texts to tune on; as `readNeutralTexts`
 */
export async function neutralPart(path: string | undefined, part: NeutralPart): Promise<NeutralText> {
  const all = new Set(path === undefined ? NEUTRAL_TEXTS : await readNeutralTexts(path));
  const texts = [...all].filter((_, i) => (i % 2 === 0) === (part === "reporting"));
  if (texts.length > 0) return { name: path ?? BUILT_IN, part, texts };
  const message = `${path}: expected at least 2 different texts, some to keep a KL budget on and some to report on, found ${all.size}`;
  throw new SteeringError("ERR_DATASET_FORMAT", message, { path, expected: 2, actual: all.size });
}

/** For the record. */
export function sourceOf({ name, part, texts }: NeutralText): z.infer<typeof neutralSource> {
  return { text: name, part, nTexts: texts.length };
}
