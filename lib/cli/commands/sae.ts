import type { Command } from "commander";
import { addSaeConvert } from "./sae-convert";
import { addSaeEvaluate } from "./sae-evaluate";
import { addSaeInspect } from "./sae-inspect";
import { addSaeVerify } from "./sae-verify";

/** What is done with SAEs by themselves. */
export function addSae(command: Command): void {
  addSaeInspect(command);
  addSaeVerify(command);
  addSaeEvaluate(command);
  addSaeConvert(command);
}
