import { byId } from "./element.js";

/** What a request says of how tokens are chosen. */
export interface Sampling {
  readonly temperature: number;
  readonly top_p: number;
  readonly max_tokens: number;
  readonly seed?: number;
}

const valueOf = (id: string) => byId<HTMLInputElement>(id).value;

/** As the fields say; a seed that is left open is drawn by the server. */
export function sampling(): Sampling {
  const seed = valueOf("seed").trim();
  return {
    temperature: Number(valueOf("temperature")),
    top_p: Number(valueOf("top-p")),
    max_tokens: Number(valueOf("max-tokens")),
    ...(seed !== "" && { seed: Number(seed) }),
  };
}
