// npx jiti bench/random-files.ts --model gemma-2-2b|llama-3.1-8b --out CACHE [--scale 8] [--type q4_0|q8_0] [--saes NAME]
//   [--layers 0,1] [--distinct-saes N]
// Writes a model of that shape and SAEs for it with random weights, in the publishers' formats and sizes, where the hub's cache
// has them: HF_HUB_CACHE=CACHE HF_HUB_OFFLINE=1 corrsteer run --model hf:... --sae ... For speed and memory alone.
import { parseArgs } from "node:util";
import type { Quantisation } from "./random-files/model";
import { writeRandomFiles } from "./random-files/write";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string" },
      out: { type: "string" },
      type: { type: "string" },
      scale: { type: "string" },
      saes: { type: "string" },
      layers: { type: "string" },
      "distinct-saes": { type: "string" },
    },
  });
  const { model, out, type, scale, saes, layers, "distinct-saes": distinctSaes } = values;
  if (model === undefined || out === undefined) throw new Error("--model and --out are needed");
  const written = await writeRandomFiles({
    ...{ model, out },
    ...(type !== undefined && { type: type as Quantisation }),
    ...(scale !== undefined && { scale: Number(scale) }),
    ...(saes !== undefined && { saes }),
    ...(layers !== undefined && { layers: layers.split(",").map(Number) }),
    ...(distinctSaes !== undefined && { distinctSaes: Number(distinctSaes) }),
  });
  console.log(`--model ${written.model} --sae ${written.sae}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
