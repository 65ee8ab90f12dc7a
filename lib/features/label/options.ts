import { z } from "zod";
import { layerList, anyInteger, integer, list, text } from "../../options/kinds";
import { type Given, option } from "../../options/option";
import { workOptions } from "../../progress";

const SOME = "at least one feature";

export const labelOptions = z.object({
  endpoint: option(
    "address of an OpenAI-compatible API, such as http://127.0.0.1:8080/v1",
    text("an address").regex(/^https?:\/\/./, "an http address"),
    { value: "url" },
  ),
  modelName: option("the model that is asked there", text("a name").min(1, "a name"), { flag: "model", value: "name" }),
  keyVariable: option(
    "environment variable that holds the API key",
    text("a variable").min(1, "a variable").default("CORRSTEER_LABEL_KEY"),
    {
      value: "variable",
      more: "The key is sent to the endpoint alone, and never shown; without one none is sent.",
    },
  ),
  layers: option("layers whose features are labelled: all, or some such as 0,3,5-9", layerList().default("all"), {
    value: "list",
    reads: "layers",
  }),
  features: option(
    "features to label, such as 3:17 or an SAE's id:17",
    list(text("a feature"), SOME).min(1, SOME).exactOptional(),
    {
      flag: "feature",
      value: "name",
      reads: "texts",
      otherwise: "all of the layers",
    },
  ),
  scored: option("contexts of each kind that a label is scored on", integer(5, 500).default(20)),
  together: option("features that are asked about at once", integer(1, 256).default(4)),
  seed: option("of the order of contexts", anyInteger().default(0)),
  ...workOptions.shape,
});

/** @interface */
export type LabelFeaturesOptions = Given<typeof labelOptions>;
