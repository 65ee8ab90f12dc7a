import type { Command } from "commander";
import { once } from "node:events";
import { modelOptions } from "../../model/options";
import { createServer } from "../../server/create-server";
import { limitOptions, listenOptions, namingOptions } from "../../server/options";

import { addDeclared, declared } from "../declared-options";
import { inFlags } from "../in-flags";
import { loadedModel } from "../loaded-model";
import { log, printLines } from "../output";
import type { ProgressFlags } from "../progress";
import { ToldToEnd, untilTold } from "../told-to-end";

export function addServe(command: Command): void {
  command.action(run);
  addDeclared(command, "Model:", modelOptions);
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
  const { model: loaded, room } = await loadedModel(declared(modelOptions, flags), signal, flags);
  await using model = loaded;
  const { apiKey = process.env["CORRSTEER_API_KEY"], ...listening } = declared(listenOptions, flags);
  await using server = await createServer(model, {
    ...room,
    ...declared(namingOptions, flags),
    ...listening,
    ...(apiKey !== undefined && apiKey !== "" && { apiKey }),
    ...declared(limitOptions, flags),
  });
  printLines([`${server.name} is served at ${await server.listen()}/v1`]);
  if (!signal.aborted) await once(signal, "abort");
  if (!flags.quiet) log("ending; once more ends at once");
  await server.close();
}
