import type { Command } from "commander";
import { addSaeConvert } from "./sae-convert";
import { addSaeInspect } from "./sae-inspect";
import { addSaeVerify } from "./sae-verify";

/** What is done with SAEs by themselves. */
export function addSae(command: Command): void {
  addSaeInspect(command);
  addSaeVerify(command);
  addSaeConvert(command);
}
