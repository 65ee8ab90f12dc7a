import { z } from "zod";
import { INSTEAD_ROLES } from "./controls/control-arm";

const REASONS = [
  /** No profile steers: all of them are the baseline. */
  "nothing steered",
  /** There is no gain of which a control could tell what it is due to. */
  "no gain",
  /** Draws went on no further: for each profile that gains there is one that does as much. */
  "decided",
] as const;

const CONTROLS = [
  ...INSTEAD_ROLES,
  "orders",
  "neutral",
  /** What becomes of beginnings of neutral text: `repeating` of `neutral`. */
  "neutral-continued",
] as const;

export const notRun = z.object({
  control: z.enum(CONTROLS),
  /** Whose control it is; null for all profiles. */
  profile: z.string().nullable(),
  because: z.enum(REASONS),
});
/**
 * What was asked for and left out, as it could tell nothing.
 * @interface
 */
export type NotRun = z.infer<typeof notRun>;

/** A sentence for each reason. */
export function notRunSentences(all: readonly NotRun[]): string[] {
  const beginnings = [...new Set(all.map(beginning))];
  return beginnings.map((begins) => {
    const controls = all.filter((one) => beginning(one) === begins).map(({ control }) => control);
    return `${begins}: ${controls.join(", ")}.`;
  });
}

function beginning({ profile, because }: NotRun): string {
  if (because === "nothing steered") return "Not run, as nothing is steered";
  if (because === "decided") return "Drawn no further, as one does as much as each profile that gains";
  return profile === null ? "Not run, as no profile gains" : `Not run, as ${profile} does not gain`;
}
