import type { Command } from "commander";
import { addControlVectorExport } from "./control-vector-export";
import { addControlVectorImport } from "./control-vector-import";

/** Steering vectors as llama.cpp's programs take them. */
export function addControlVector(command: Command): void {
  addControlVectorExport(command);
  addControlVectorImport(command);
}
