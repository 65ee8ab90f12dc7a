import type { Command } from "commander";
import { once } from "node:events";
import { invalidArgument } from "../../errors";
import { modelOptions } from "../../model/options";
import { aboutOf, option } from "../../options/option";
import { readSetup } from "../../pipeline/setup";
import { createServer } from "../../server/create-server";
import { limitOptions, listenOptions, namingOptions } from "../../server/options";

import { addDeclared, declared } from "../declared-options";
import { inFlags } from "../in-flags";
import { loadedModel } from "../loaded-model";
import { log, printLines } from "../output";
import type { ProgressFlags } from "../progress";
import { ToldToEnd, untilTold } from "../told-to-end";

const { text, ...spelling } = aboutOf(modelOptions.shape.model)!;
/** The model may be a run's. */
const servedModelOptions = modelOptions.extend({
  model: option(text, modelOptions.shape.model.exactOptional(), { ...spelling, otherwise: "the run's" }),
});

export function addServe(command: Command): void {
  command.action(run);
  addDeclared(command, "Model:", servedModelOptions);
  addDeclared(command, "Serving:", namingOptions);
  addDeclared(command, "Listening:", listenOptions);
  addDeclared(command, "Limits:", limitOptions);
}

async function run(flags: ProgressFlags, command: Command): Promise<void> {
  try {
    await untilTold((signal) => serveUntil(signal, flags));
  } catch (error) {
    if (!(error instanceof ToldToEnd)) throw inFlags(error, command);
  }
}

async function serveUntil(signal: AbortSignal, flags: ProgressFlags): Promise<void> {
  const naming = declared(namingOptions, flags);
  const asked = declared(servedModelOptions, flags);
  const named = asked.model === undefined ? { ...(await modelOfRun(naming.run)), ...asked } : asked;
  if (named.model === undefined) throw invalidArgument("model", "a model, or a run to take it of", undefined);
  const { model: loaded, room } = await loadedModel(named, signal, flags);
  await using model = loaded;
  const { apiKey = process.env["CORRSTEER_API_KEY"], ...listening } = declared(listenOptions, flags);
  await using server = await createServer(model, {
    ...room,
    ...naming,
    ...listening,
    ...(apiKey !== undefined && apiKey !== "" && { apiKey }),
    ...declared(limitOptions, flags),
  });
  printLines([`${server.name} is served at ${await server.listen()}/v1`]);
  if (!signal.aborted) await once(signal, "abort");
  if (!flags.quiet) log("ending; once more ends at once");
  await server.close();
}

/** The model that a run was made with. */
async function modelOfRun(run: string | undefined) {
  if (run === undefined) return {};
  const { model, adapters } = await readSetup(run);
  return { model, ...(adapters && { adapters }) };
}
