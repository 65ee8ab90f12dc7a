import type { AddressInfo } from "node:net";
import { errorCode, invalidArgument } from "../errors";
import type { Engine } from "../model/engine";
import type { App } from "./app";
import type { LoadedSaes } from "./loaded-saes";
import type { UnderWay } from "./under-way";

/** How often connections are looked for that nothing goes on in, while the server ends. */
const IDLE_CHECK_MS = 20;
/** How long answers that were cut have for their last words. */
const LAST_WORDS_MS = 1000;

interface Place {
  readonly host: string;
  readonly port: number;
  readonly graceSeconds: number;
}

/** What a server has to end when it ends. */
interface Running {
  readonly engine: Engine;
  readonly loadedSaes: LoadedSaes;
  readonly underWay: UnderWay;
}

/** A model over HTTP. */
export class Server {
  #closed: Promise<void> | undefined;

  /** @internal `createServer` is the way in. */
  constructor(
    /** What the model is called there. */
    readonly name: string,
    /**
     * The Fastify instance: to add routes before it listens, or in place of that to answer the requests of a server of one's
     * own with `app.routing(request, response)` once `app.ready()` is.
     */
    readonly app: App,
    private readonly place: Place,
    private readonly running: Running,
  ) {}

  /**
   * Listens at the host and port that it was made for.
   *
   * @returns where that is, such as "http://127.0.0.1:8080"
   * @throws TypeError `ERR_INVALID_ARGUMENT` where that can't be listened at
   */
  async listen(): Promise<string> {
    const { host, port } = this.place;
    try {
      await this.app.listen({ host, port });
    } catch (error) {
      throw errorCode(error)?.startsWith("E") ? invalidArgument("port", reasonOf(error), port) : error;
    }
    return urlOf(this.app.server.address() as AddressInfo);
  }

  /**
   * Begins no more, waits for what is under way as long as `graceSeconds`, cuts the rest, and ends. Idempotent; a later
   * call with less patience cuts sooner.
   */
  close(graceSeconds: number = this.place.graceSeconds): Promise<void> {
    const { underWay } = this.running;
    underWay.refuse();
    const cut = setTimeout(() => {
      underWay.cut();
      setTimeout(() => this.app.server.closeAllConnections(), LAST_WORDS_MS).unref();
    }, graceSeconds * 1000);
    return (this.#closed ??= this.#close()).finally(() => clearTimeout(cut));
  }

  async #close(): Promise<void> {
    const { engine, loadedSaes, underWay } = this.running;
    const idle = setInterval(() => this.app.server.closeIdleConnections(), IDLE_CHECK_MS);
    try {
      await Promise.all([this.app.close(), underWay.ended()]); // what came over a server of another's is not the app's to wait for
    } finally {
      clearInterval(idle);
      await loadedSaes.dispose();
      await engine.dispose();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close(0);
  }
}

function reasonOf(error: unknown): string {
  const reasons: Readonly<Record<string, string>> = { EADDRINUSE: "one that no other program listens at", EACCES: "one that this user may listen at" }; // prettier-ignore
  return reasons[errorCode(error)!] ?? `one that can be listened at (${(error as Error).message})`;
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
