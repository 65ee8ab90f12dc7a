import { instanceOf } from "../arguments/kinds";
import type { Engine } from "./engine";
import type { Model } from "./model";

export function model() {
  return instanceOf<Model>("a Model", { info: "object", tokenize: "function", createEngine: "function" });
}

export function engine() {
  return instanceOf<Engine>("an Engine", { model: "object", runTogether: "function" });
}
