import { z } from "zod";
import { integer, oneOf, text } from "../options/kinds";
import { option } from "../options/option";

/** What does the arithmetic. */
export const deviceOptions = z.object({
  device: option(
    'where the weights lie: cpu, gpu, or a name that "corrsteer doctor" lists',
    text("the name of a device").default("cpu"),
    { value: "name" },
  ),
  threads: option("threads of the CPU", integer(1, 512).exactOptional(), {
    otherwise: "one less than there are cores",
  }),
});

/** Which model files are loaded in a child process first. */
export function verify() {
  return oneOf(["never", "unknown", "always"]);
}
export type Verify = z.infer<ReturnType<typeof verify>>;

/** A model, and the room in which it runs. */
export const modelOptions = z.object({
  model: option("the model, a GGUF file", text("the path of a GGUF file"), { value: "file", reads: "path" }),
  verify: option(
    "load the file in a child process first: never, if it is unknown, or always",
    verify().exactOptional(),
    {
      otherwise: "unknown",
      more: "A file over which llama.cpp ends the process ends that one, and is refused; the verdict is remembered.",
    },
  ),
  ...deviceOptions.shape,
  contextTokens: option("cells of the key-value cache", integer(1).exactOptional(), {
    flag: "context",
    value: "tokens",
    otherwise: "4096, or the training context if that is less",
  }),
});
