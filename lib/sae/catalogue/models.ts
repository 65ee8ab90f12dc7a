import { z } from "zod";
import { extent } from "../../files/schema";
import models from "./models.json";

const known = z.strictObject({ nLayer: extent, nEmbd: extent });

/** A model that SAEs are published for, by its Hugging Face id. */
export type KnownModel = z.infer<typeof known>;

const knownModels = z.record(z.string(), known).parse(models.models);

/** The model of this id. */
export function knownModel(id: string): KnownModel {
  const found = knownModels[id];
  if (!found) throw new Error(`the catalogue has no model ${id}`);
  return found;
}
