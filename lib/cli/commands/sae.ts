import type { Command } from "commander";
import { addSaeConvert } from "./sae-convert";
import { addSaeInspect } from "./sae-inspect";
import { addSaeVerify } from "./sae-verify";

/** What is done with SAEs by themselves. */
export function addSae(program: Command): void {
  const group = program
    .command("sae")
    .description("look at SAEs, check how they are kept, write them in SAELens' format");
  addSaeInspect(group);
  addSaeVerify(group);
  addSaeConvert(group);
}
