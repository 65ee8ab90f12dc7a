import { z } from "zod";
import { count, extent } from "../../files/schema";
import { SITES } from "../hook-point";

/** Text with `{names}` in it: of the layer, the set, the site, the L0, the path, and whatever `values` names. */
const template = z.string().min(1);

/** What the publisher's configuration leaves out or says wrongly. */
const overrides = z.strictObject({
  center: z.boolean().optional(),
  normScalingFactor: z.number().positive().optional(),
  normalizeActivations: z.literal("constant_norm_rescale").optional(),
});

/** What may be said of a release, and otherwise of one of its models or of one of its sets. */
const said = {
  /** "0-11", "8,16,24", or "all" of the model's. */
  layers: z.string().regex(/^(all|\d+-\d+|\d+(,\d+)*)$/),
  site: z.enum(SITES),
  dSae: extent,
  /** Of active features a token: of all layers, of each, or rising over the first third of the model. */
  l0: z.union([count, z.array(count), z.strictObject({ from: count, to: count })]),
  /** As SAELens' registry names an SAE within its release. */
  id: template,
  /** The SAE's folder or file in the repository. */
  path: template,
  files: z.array(template),
  optionalFiles: z.array(template),
  /** On neuronpedia.org. */
  dashboard: template.nullable(),
  /** The layers that have a dashboard, where others have none. */
  dashboardLayers: z.string(),
  overrides,
  values: z.record(z.string(), z.string()),
};
const partial = z.strictObject(said).partial();

/** One SAE a layer, alike in all else. Sets of one name belong together. */
const set = partial.extend({ name: z.string().min(1) });

const release = partial.extend({
  release: template,
  repo: template,
  source: z.string().min(1),
  licence: z.string().min(1).optional(),
  /** What of this nobody here has seen written by the publisher. */
  unverified: z.string().min(1).optional(),
  note: z.string().min(1).optional(),
  models: z.array(partial.extend({ model: z.string(), noDashboard: z.array(z.string()).optional() })).min(1),
  /** The first is taken where none is named. */
  sets: z.array(set).min(1),
});

/** A publisher's file: releases that are laid out alike are written once, as templates. */
export const publisherSchema = z.strictObject({ publisher: z.string().min(1), releases: z.array(release).min(1) });

/** Everything that has been said of one set of one release. */
export const seriesSchema = z
  .object({ ...said, name: z.string() })
  .partial({ l0: true, dashboard: true, dashboardLayers: true, optionalFiles: true, overrides: true, values: true });

export type ReleaseTemplate = z.infer<typeof release>;
export type Series = z.infer<typeof seriesSchema>;
/**
 * How to read an SAE whose files do not say all of it: `center` and `normScalingFactor` as in {@link SaeConfigOptions},
 * and how its inputs are normalised.
 * @interface
 */
export type SaeOverrides = z.infer<typeof overrides>;
