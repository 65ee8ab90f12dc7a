// child.ts '["FILE", {"device": "NAME", "gpuLayers": N}]': loads a model and has it generate, so that what llama.cpp does over the file it does to this process.
import { errorCode } from "../../errors";
import { Model } from "../model";
import type { ModelOptions } from "../options";
import { refusalOf, type Said } from "./said";
import { say } from "./say";

type Where = Pick<ModelOptions, "device" | "gpuLayers">;

/** Letters, digits, punctuation, a control token, four bytes of UTF-8. */
const TEXT = "7+5=12, he said. <|im_end|>\n\u{1f9ee}";
const MAX_PROMPT = 32;

async function main(path: string, where: Where): Promise<Said> {
  try {
    await using model = await Model.load(path, where);
    await generate(model);
    return "lives";
  } catch (error) {
    return refusalOf(error);
  }
}

/** A prompt and, of two tokens, one in a decode of its own. */
async function generate(model: Model): Promise<void> {
  try {
    await using engine = await model.createEngine({ contextTokens: 256 });
    await engine.run({ prompt: promptOf(model), branches: [{ maxTokens: 2 }] });
  } catch (error) {
    // What else ends it says so again where the model is used; for want of memory, nothing was seen.
    if (errorCode(error) === "ERR_OUT_OF_MEMORY") throw error;
  }
}

function promptOf(model: Model): Int32Array {
  try {
    const tokens = model.tokenize(TEXT, { parseSpecial: true });
    model.detokenize(tokens, { special: true });
    return tokens.length > 0 ? tokens.subarray(0, MAX_PROMPT) : Int32Array.of(0);
  } catch {
    return Int32Array.of(0); // the vocabulary has not all of it
  }
}

const [path, where] = JSON.parse(process.argv[2]!) as [string, Where];
say(main(path, where));
