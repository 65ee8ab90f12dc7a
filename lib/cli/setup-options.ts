import type { Command } from "commander";
import { askingOptions, modelAndSaeOptions, questionOptions, setupOptions } from "../pipeline/setup-options";
import { addDeclared } from "./declared-options";

/** Of which model, SAEs and questions a run is. */
export function addSetupOptions(command: Command): Command {
  addDeclared(command, "Model and SAEs:", modelAndSaeOptions);
  addDeclared(command, "Questions:", questionOptions);
  return addDeclared(command, "Asking and scoring:", askingOptions);
}

/** The same for a stage that reads them from the run directory: each option is in place of what that says. */
export function addOverrideOptions(command: Command): Command {
  return addDeclared(command, "In place of what the run says:", setupOptions, true);
}
