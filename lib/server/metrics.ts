import type { Engine } from "../model/engine";
import { CONTENT_TYPE, Counter, exposition, Histogram, read, type Metric } from "./prometheus";
import type { UnderWay } from "./under-way";

const SECONDS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300];

/** What happens in a server, for Prometheus. */
export class Metrics {
  readonly contentType = CONTENT_TYPE;
  readonly #requests = new Counter("corrsteer_requests_total", "Requests that were answered");
  readonly #seconds = new Histogram(
    "corrsteer_request_seconds",
    "How long requests took, to the end of their answers",
    SECONDS,
  );
  readonly #others: readonly Metric[];

  constructor(engine: Engine, underWay: UnderWay) {
    const ofEngine = (name: string, help: string, value: keyof ReturnType<Engine["statistics"]>) =>
      read("counter", name, help, () => engine.statistics()[value]);
    this.#others = [
      read(
        "gauge",
        "corrsteer_requests_under_way",
        "Requests that are being answered by the model",
        () => underWay.size,
      ),
      ofEngine("corrsteer_decodes_total", "Batches that the model decoded", "decodes"),
      ofEngine(
        "corrsteer_decoded_tokens_total",
        "Tokens that the model decoded, of prompts and answers",
        "decodedTokens",
      ),
      ofEngine(
        "corrsteer_shared_tokens_total",
        "Prompt tokens whose cache was there from earlier requests",
        "sharedTokens",
      ),
      ofEngine("corrsteer_decode_seconds_total", "How long the model decoded", "decodeSeconds"),
    ];
  }

  answered(route: string, status: number, seconds: number): void {
    this.#requests.add({ route, status: String(status) });
    this.#seconds.observe({ route }, seconds);
  }

  text(): string {
    return exposition([this.#requests, this.#seconds, ...this.#others]);
  }
}
