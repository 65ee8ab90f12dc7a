/**
 * A model over HTTP, as `corrsteer serve` has it, for programs.
 *
 * @module corrsteer/server
 */

import { basename } from "node:path";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf } from "../arguments/kinds";
import { PromptEncoder } from "../model/generate/encode";
import { TokenTexts } from "./answers/token-texts";
import { Generator } from "../model/generate/generator";
import { model as aModel } from "../model/kinds";
import type { Model } from "../model/model";
import { engineOptions } from "../model/options";
import { given, givenOf } from "../options/given";
import type { Given } from "../options/option";
import { resolveOptions } from "../options/resolve";
import { createApp } from "./app";
import { addCors } from "./cors";
import { openFolders } from "./folders";
import { addGuards } from "./guard";
import { LoadedSaes } from "./loaded-saes";
import { Metrics } from "./metrics";
import { addOpenApi } from "./openapi";
import { servedOptions } from "./options";
import { addRoutes } from "./routes/routes";
import type { Served } from "./served";
import { Server } from "./server";
import { NO_DEFAULT } from "./steering/default";
import { ProfileFolder } from "./steering/profiles";
import { SteeringResolver } from "./steering/resolve";
import { UnderWay } from "./under-way";

const options = z.object({ ...engineOptions.shape, ...servedOptions.shape });

/** @interface */
export type ServerOptions = Given<typeof options>;

const serverArguments = z.object({ model: aModel(), options: optionsOf(options.partial().shape) });

/**
 * A model over HTTP: OpenAI's API with steering. It listens when it is told to, until it is closed; the model stays the
 * caller's.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` for a host that is not this machine's own without `apiKey` or `insecure`
 */
export async function createServer(model: Model, asked: ServerOptions = {}): Promise<Server> {
  checkArguments(serverArguments, { model, options: asked });
  const resolved = resolveOptions(servedOptions, asked);
  const { name = basename(model.info.path).replace(/\.gguf$/i, "") } = resolved;
  const app = createApp(resolved);
  addCors(app, resolved.cors); // before the guards: a browser asks without the key whether it may send it
  addGuards(app, resolved);
  const { saes, run, profiles: profileFolder, pages, pageOf } = await openFolders(resolved, model);
  const engine = await model.createEngine(givenOf(engineOptions, asked));
  const loadedSaes = new LoadedSaes(given({ threads: asked.threads }));
  const underWay = new UnderWay(resolved);
  const profiles = new ProfileFolder(profileFolder, model);
  const served: Served = {
    ...{ name, model, underWay, profiles, saes, loadedSaes, run, pages, pageOf },
    steering: new SteeringResolver(model.info, profiles, saes),
    defaultSteering: NO_DEFAULT,
    generator: new Generator(engine),
    encoder: new PromptEncoder(model),
    texts: new TokenTexts(model),
    since: Math.floor(Date.now() / 1000),
    maxAnswerTokens: resolved.maxAnswerTokens,
    maxRequests: resolved.maxRequests,
    metrics: new Metrics(engine, underWay),
  };
  await addOpenApi(app, resolved.apiKey !== undefined);
  addRoutes(app, served);
  return new Server(name, app, resolved, { engine, loadedSaes, underWay });
}

export type { App } from "./app";
export type { Server } from "./server";
