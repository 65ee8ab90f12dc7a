import type { ServerResponse } from "node:http";
import { ApiError } from "./errors/api-error";

/** A request that is under way. */
export interface Work extends Disposable {
  /** Aborted when the client leaves, when the time is up, and when the server ends. */
  readonly signal: AbortSignal;
}

/** Why a request ended that its client left: nobody is told. */
export class ClientLeft extends Error {
  constructor() {
    super("the client left");
  }
}

export interface WorkLimits {
  readonly maxRequests: number;
  readonly timeoutSeconds: number;
}

/** What is being answered: how many at once, how long each, and how all of it ends. */
export class UnderWay {
  readonly #controllers = new Set<AbortController>();
  #ending: ApiError | undefined;
  #onEnded: (() => void) | undefined;

  constructor(private readonly limits: WorkLimits) {}

  get size(): number {
    return this.#controllers.size;
  }

  /** @throws ApiError 429 when there are as many as may be, 503 when the server ends */
  begin(response: ServerResponse): Work {
    const { maxRequests, timeoutSeconds } = this.limits;
    if (this.#ending) throw this.#ending;
    if (this.size >= maxRequests) {
      const problem = `The server is answering ${maxRequests} requests already, as many as it takes. Try again soon.`;
      throw new ApiError(429, problem, null, "too_many_requests");
    }
    const controller = new AbortController();
    const abort = (reason: unknown) => {
      controller.abort(reason);
    };
    const leave = () => {
      if (!response.writableFinished) abort(new ClientLeft());
    };
    const timer = setTimeout(() => {
      abort(new ApiError(504, `The request took longer than ${timeoutSeconds} seconds.`, null, "timeout"));
    }, timeoutSeconds * 1000);
    this.#controllers.add(controller);
    response.once("close", leave);
    if (response.destroyed) leave();
    return {
      signal: controller.signal,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        response.off("close", leave);
        this.#controllers.delete(controller);
        if (this.size === 0) this.#onEnded?.();
      },
    };
  }

  /** From now on nothing begins. */
  refuse(): void {
    this.#ending ??= new ApiError(503, "The server is ending.", null, "server_ending");
  }

  /** When nothing is under way any more; before it is waited for, nothing may begin. */
  async ended(): Promise<void> {
    if (this.size > 0) await new Promise<void>((resolve) => (this.#onEnded = resolve));
  }

  /** Ends what is under way, too. */
  cut(): void {
    this.refuse();
    for (const controller of this.#controllers) controller.abort(this.#ending);
  }
}
