import type { Reply } from "./reply";

/** In OpenAI's words, which do not tell the model's own end from a text in `stop`. */
export function finishReasonOf({ stopReason }: Pick<Reply, "stopReason">): "stop" | "length" {
  return stopReason === "length" ? "length" : "stop";
}
