import type { Command } from "commander";
import { z } from "zod";
import type { Model } from "../model/model";
import { number } from "../options/kinds";
import { option } from "../options/option";
import { resolveOptions } from "../options/resolve";
import { loadSteering } from "../steering/load-steering";
import type { Steering } from "../steering/steering";
import { addDeclared, declared } from "./declared-options";
import { log } from "./output";

const scaleOptions = z.object({
  scale: option("factor on the profile's coefficients", number("a finite number").default(1), { value: "x" }),
});

export interface SteeringFlags {
  steer?: string;
}

/** The profile of a command that steers, and how much of it. */
export function addSteering(command: Command): void {
  command.option("--steer <profile>", "steering profile (*.steer.json)");
  addDeclared(command, "Steering:", scaleOptions);
}

/** The factor on the profile's coefficients. */
export function scaleOf(flags: SteeringFlags): number {
  return resolveOptions(scaleOptions, declared(scaleOptions, flags)).scale;
}

/** What the flags steer by. */
export async function steeringOf(
  flags: SteeringFlags,
  model: Model,
  signal: AbortSignal,
): Promise<Steering | undefined> {
  if (flags.steer === undefined) return undefined;
  return (await loadSteering(flags.steer, model, { onWarning: log, signal })).scaled(scaleOf(flags));
}
