import { z } from "zod";
import { count, share } from "../files/schema";
import { oneOf } from "../options/kinds";
import { option } from "../options/option";
import figures from "./corrsteer.json";

/** In percent, as it is printed. */
const percent = z.number().min(0).max(100);

const publishedRun = z.strictObject({
  task: z.string(),
  /** Where in the paper, and over which seeds. */
  source: z.string(),
  /** Set where answers were held to the choices. */
  constrained: z.literal(true).exactOptional(),
  note: z.string().exactOptional(),
  /** Of the questions selected on: how many, how many of them right, and the strongest feature. */
  selection: z
    .strictObject({ n: count, right: percent, layer: count, feature: count, coefficient: z.number(), r: share })
    .exactOptional(),
  /** On test questions. */
  arms: z.array(z.strictObject({ arm: z.string(), score: percent, deviation: z.number().exactOptional() })),
});
/**
 * What the paper's authors publish of one model on one task.
 * @interface
 */
export type PublishedRun = z.infer<typeof publishedRun>;

export const PUBLISHED_MODELS = ["gemma-2-2b", "llama-3.1-8b"] as const;

const { paper, models } = z
  .strictObject({ paper: z.string(), models: z.record(z.enum(PUBLISHED_MODELS), z.array(publishedRun)) })
  .parse(figures);

/** Of which paper the figures are. */
export const PUBLISHED_PAPER = paper;

export const publishedOption = z.object({
  published: option(
    "print what the paper publishes of this model beside the run's own figures",
    oneOf(PUBLISHED_MODELS).exactOptional(),
    { otherwise: "nothing" },
  ),
});

/** What is published of a model on a task, if there is a choice with answers held to the choices or not as here. */
export function findPublished(
  model: (typeof PUBLISHED_MODELS)[number],
  { name, constrained }: { readonly name: string; readonly constrained: boolean },
): PublishedRun | undefined {
  const runs = models[model].filter(({ task }) => task === name);
  return runs.find((run) => (run.constrained ?? false) === constrained) ?? runs[0];
}
