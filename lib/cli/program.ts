import type { Command } from "commander";
import { VERSION } from "../version";
import { addCapture } from "./capture";
import { ConfigurableCommand } from "./config";
import { addDoctor } from "./doctor";
import { addEncode } from "./encode";
import { addGenerate } from "./generate";
import { addInspect } from "./inspect";

/** All commands, in the order of the help. What goes wrong while parsing is thrown, not printed. */
export function createProgram(): Command {
  const program = new ConfigurableCommand("corrsteer")
    .description("Find the SAE features that make a local model right, steer it with them, and prove that it helped")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  addGenerate(program);
  addCapture(program);
  addEncode(program);
  addInspect(program);
  addDoctor(program);
  return program;
}
