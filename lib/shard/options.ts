import { z } from "zod";
import { downloadOption } from "../hub/fetch-files";
import { text, yesOrNo } from "../options/kinds";
import { option } from "../options/option";
import { setupOptions, type SetupOptions } from "../pipeline/setup-options";
import { workOptions } from "../progress";
import { indexOptions } from "./indices";

/** Where a worker has model, SAEs and data, and how it computes. */
export const workerSetup = setupOptions.pick({
  model: true,
  sae: true,
  data: true,
  device: true,
  gpuLayers: true,
  threads: true,
});

export const storageOption = z.object({
  storage: option("where the results lie", text("a folder, or s3://bucket/prefix").exactOptional(), {
    value: "folder|s3://bucket/prefix",
    otherwise: "beside the plan",
  }),
});

export const queueOption = z.object({
  redis: option(
    "the server that has the queue of shards",
    text("a URL that begins with redis:// or rediss://").exactOptional(),
    {
      value: "redis://host:port",
      more: "A password may be left to the environment variable REDISCLI_AUTH.",
      otherwise: "there is no queue",
    },
  ),
});

/** Of everything that computes. */
export const placeOptions = z.object({
  ...storageOption.shape,
  mixed: option(
    "work beside workers of other processors, devices or threads, which may round otherwise",
    yesOrNo().default(false),
  ),
});

export const workerOptions = z.object({
  ...indexOptions.shape,
  ...queueOption.shape,
  ...placeOptions.shape,
  directory: option("the run that merging made", text("the path of a folder").exactOptional(), {
    flag: "run",
    value: "folder",
    otherwise: "run, beside the plan",
  }),
});

/** How far merging goes. */
const THROUGH = ["rank", "select", "evaluate"] as const;

export const mergeOptions = z.object({
  ...placeOptions.shape,
  directory: option("the run directory that the shards become", text("the path of a folder").exactOptional(), {
    flag: "out",
    value: "folder",
    otherwise: "run, beside the plan",
  }),
  partial: option("leave out the shards that are missing", yesOrNo().default(false), {
    more: "The run is one of fewer questions then, in partial-<shards>-of-<all> beside the plan; what its selection and evaluation ask is answered here.",
  }),
  through: option("the last stage to do", z.enum(THROUGH, `one of ${THROUGH.join(", ")}`).default("evaluate"), {
    more: "Ranking needs no model. The later stages end early where answers are missing.",
  }),
});

/** Beside the options of its own that a worker, or who merges, is given. */
export const computingOptions = z.object({
  overrides: option(
    "in place of what the plan says",
    z.custom<Partial<Pick<SetupOptions, keyof (typeof workerSetup)["shape"]>>>().exactOptional(),
  ),
  ...downloadOption.shape,
  ...workOptions.shape,
});
