import { instanceOf } from "../arguments/kinds";
import type { Model } from "./model";

export function model() {
  return instanceOf<Model>("a Model", { info: "object", tokenize: "function", createEngine: "function" });
}
