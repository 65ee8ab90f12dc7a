import { instanceOf } from "../arguments/kinds";
import type { Engine } from "./engine";

export function engine() {
  return instanceOf<Engine>("an Engine", { model: "object", runTogether: "function" });
}
