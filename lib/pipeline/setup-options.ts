import { z } from "zod";
import { SPLIT_KINDS } from "../data/split";
import { modelOptions } from "../model/options";
import { anyInteger, integer, layerList, oneOf, text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { DEFAULT_PROMPTING, PROMPT_STYLES } from "../prompt/prompting";

const SOURCES = "a folder with SAEs, or entries layer=path";

/** Which features. */
const featureOptions = z.object({
  sae: option(
    "SAEs: a folder, one of the hub such as hf:user/repository/path, a name of the catalogue, or one for each layer",
    z.union([z.string(), z.array(z.string()).min(1)], SOURCES).exactOptional(),
    { value: "folder|layer=path", reads: "sources", more: 'Needed unless `basis` is "residual".' },
  ),
  basis: option(
    "what features are: those of SAEs, or the coordinates of the residual stream itself",
    oneOf(["sae", "residual"]).default("sae"),
    {
      flag: "raw",
      means: { value: "residual", text: "no SAEs: the coordinates of the residual stream are the features" },
    },
  ),
  layers: option("layers whose SAEs are used: all that have one, or some such as 0,3,5-9", layerList().default("all"), {
    value: "list",
    reads: "layers",
  }),
});

export const modelAndSaeOptions = z.object({
  ...modelOptions.shape,
  ...featureOptions.shape,
  saeDevice: option("where SAE encoders lie, as --device says it", text("the name of a device").exactOptional(), {
    value: "name",
    otherwise: "where the SAE's layer lies",
  }),
});

/** Published sizes, unless the user says otherwise. */
export const questionOptions = z.object({
  task: option(
    "a benchmark such as mmlu or arc, jsonl, or a .ts, .js, .mjs file that defines one",
    text("the name of a task or a file that defines one"),
    { value: "name|file", reads: "path" },
  ),
  data: option(
    "what the task reads: a folder, a file, or hf:datasets/user/repository",
    text("the path of a folder or a file, or a data set of the hub").exactOptional(),
    { value: "path", reads: "path", otherwise: "the task's own data set of the Hugging Face hub" },
  ),
  category: option(
    "only questions of this group, such as an MMLU subject",
    text("the name of a group").exactOptional(),
    {
      value: "name",
      otherwise: "all",
    },
  ),
  samples: option("most questions to select features on", integer(1).default(4000)),
  validationSamples: option("most questions to validate features on", integer(0).default(200)),
  testSamples: option("most questions to evaluate on", integer(0).exactOptional(), { otherwise: "all there are" }),
  split: option(
    "how questions are parted: disjoint whatever the seed, or with the published membership",
    oneOf(SPLIT_KINDS).default("clean"),
  ),
  seed: option("of the order in which questions are taken", anyInteger().default(42)),
});

export const askingOptions = z.object({
  promptStyle: option(
    "how questions are put: as written here, literally as in the published code, or in the model's own chat template",
    oneOf(PROMPT_STYLES).default(DEFAULT_PROMPTING.style),
  ),
  chainOfThought: option(
    "tell the model to reason before it answers",
    yesOrNo().default(DEFAULT_PROMPTING.chainOfThought),
  ),
  fewShot: option("worked examples before each question", integer(0).default(0), {
    more: "They are from the end of the part to select features on.",
  }),
  constrained: option(
    "hold every answer's first token to the choices, also while collecting",
    yesOrNo().exactOptional(),
  ),
  maxTokens: option("most tokens of a generated answer", integer(1).exactOptional(), { otherwise: "the task's" }),
  scorer: option("how answers are scored: one of the task's ways", text("the name of a scorer").exactOptional(), {
    value: "name",
    otherwise: "its first",
    more: '"continuation" and "continuation-normalised" try every option whole, after a prompt that leaves them out.',
  }),
});

/** Of which model, SAEs and questions a run is. */
export const setupOptions = z.object({
  ...modelAndSaeOptions.shape,
  ...questionOptions.shape,
  ...askingOptions.shape,
});

/**
 * What a run is made of.
 * @interface
 */
export type SetupOptions = Given<typeof setupOptions>;

/** What a run is made of, as its user names it: kept in `run.json`, so that later stages need the directory alone. */
export type Setup = z.output<typeof setupOptions>;
