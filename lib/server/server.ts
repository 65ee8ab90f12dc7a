import { basename } from "node:path";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { optionsOf } from "../arguments/kinds";
import { errorCode, invalidArgument } from "../errors";
import type { Engine } from "../model/engine";
import { PromptEncoder } from "../model/generate/encode";
import { TokenTexts } from "./answers/token-texts";
import { Generator } from "../model/generate/generator";
import { model as aModel } from "../model/kinds";
import type { Model } from "../model/model";
import { engineOptions } from "../model/options";
import { given, givenOf } from "../options/given";
import type { Given } from "../options/option";
import { resolveOptions } from "../options/resolve";
import { assertSaesFit, findSaes } from "../sae/set";
import { type App, createApp } from "./app";
import { addCors } from "./cors";
import { addGuards } from "./guard";
import { LoadedSaes } from "./loaded-saes";
import { Metrics } from "./metrics";
import { addOpenApi } from "./openapi";
import { servedOptions } from "./options";
import { addRoutes } from "./routes/routes";
import type { Served } from "./served";
import { NO_DEFAULT } from "./steering/default";
import { ProfileFolder } from "./steering/profiles";
import { SteeringResolver } from "./steering/resolve";
import { UnderWay } from "./under-way";

const options = z.object({ ...engineOptions.shape, ...servedOptions.shape });

/** @interface */
export type ServeOptions = Given<typeof options>;

const serveArguments = z.object({ model: aModel(), options: optionsOf(options.partial().shape) });

/** How often connections are looked for that nothing goes on in, while the server ends. */
const IDLE_CHECK_MS = 20;
/** How long answers that were cut have for their last words. */
const LAST_WORDS_MS = 1000;

/** A server that listens. */
export class Server {
  #closed: Promise<void> | undefined;

  /** @internal `serve` is the way in. */
  constructor(
    private readonly app: App,
    private readonly engine: Engine,
    private readonly loadedSaes: LoadedSaes,
    private readonly underWay: UnderWay,
    private readonly graceSeconds: number,
    /** Where it listens, such as "http://127.0.0.1:8080". */
    readonly url: string,
    /** What the model is called there. */
    readonly name: string,
  ) {}

  /**
   * Begins no more, waits for what is under way as long as `graceSeconds`, cuts the rest, and ends. Idempotent; a later
   * call with less patience cuts sooner.
   */
  close(graceSeconds: number = this.graceSeconds): Promise<void> {
    this.underWay.refuse();
    const cut = setTimeout(() => {
      this.underWay.cut();
      setTimeout(() => this.app.server.closeAllConnections(), LAST_WORDS_MS).unref();
    }, graceSeconds * 1000);
    return (this.#closed ??= this.#close()).finally(() => clearTimeout(cut));
  }

  async #close(): Promise<void> {
    const idle = setInterval(() => this.app.server.closeIdleConnections(), IDLE_CHECK_MS);
    try {
      await this.app.close();
    } finally {
      clearInterval(idle);
      await this.loadedSaes.dispose();
      await this.engine.dispose();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close(0);
  }
}

/**
 * Serves a model over HTTP: OpenAI's API with steering, until it is closed. The model stays the caller's.
 *
 * @throws TypeError `ERR_INVALID_ARGUMENT` for a host that is not this machine's own without `apiKey` or `insecure`, or one
 * that cannot be listened at
 */
export async function serve(model: Model, asked: ServeOptions = {}): Promise<Server> {
  checkArguments(serveArguments, { model, options: asked });
  const resolved = resolveOptions(servedOptions, asked);
  const { host, port, graceSeconds, name = basename(model.info.path).replace(/\.gguf$/i, "") } = resolved;
  const app = createApp(resolved);
  addCors(app, resolved.cors); // before the guards: a browser asks without the key whether it may send it
  addGuards(app, resolved);
  const saes = resolved.sae === undefined ? [] : await findSaes(resolved.sae);
  assertSaesFit(saes, model.info);
  const engine = await model.createEngine(givenOf(engineOptions, asked));
  const loadedSaes = new LoadedSaes(given({ threads: asked.threads }));
  const underWay = new UnderWay(resolved);
  const profiles = new ProfileFolder(resolved.profiles, model);
  const served: Served = {
    ...{ name, model, underWay, profiles, saes, loadedSaes },
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
  try {
    await addOpenApi(app, resolved.apiKey !== undefined);
    addRoutes(app, served);
    await app.listen({ host, port });
  } catch (error) {
    await engine.dispose();
    throw errorCode(error)?.startsWith("E") ? invalidArgument("port", reasonOf(error), port) : error;
  }
  return new Server(app, engine, loadedSaes, underWay, graceSeconds, urlOf(app.server.address() as AddressInfo), name);
}

function reasonOf(error: unknown): string {
  const reasons: Readonly<Record<string, string>> = { EADDRINUSE: "one that no other program listens at", EACCES: "one that this user may listen at" }; // prettier-ignore
  return reasons[errorCode(error)!] ?? `one that can be listened at (${(error as Error).message})`;
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
