import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Engine } from "../model/engine";
import type { UnderWay } from "./under-way";

/** What happens in a server, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "corrsteer_requests_total",
    help: "Requests that were answered",
    labelNames: ["route", "status"],
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "corrsteer_request_seconds",
    help: "How long requests took, to the end of their answers",
    labelNames: ["route"],
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300],
    registers: [this.#registry],
  });

  constructor(engine: Engine, underWay: UnderWay) {
    const registers = [this.#registry];
    new Gauge({
      name: "corrsteer_requests_under_way",
      help: "Requests that are being answered by the model",
      registers,
      collect() {
        this.set(underWay.size);
      },
    });
    const ofEngine: [name: string, help: string, value: keyof ReturnType<Engine["statistics"]>][] = [
      ["corrsteer_decodes_total", "Batches that the model decoded", "decodes"],
      ["corrsteer_decoded_tokens_total", "Tokens that the model decoded, of prompts and answers", "decodedTokens"],
      ["corrsteer_shared_tokens_total", "Prompt tokens whose cache was there from earlier requests", "sharedTokens"],
      ["corrsteer_decode_seconds_total", "How long the model decoded", "decodeSeconds"],
    ];
    for (const [name, help, value] of ofEngine) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(engine.statistics()[value]);
        },
      });
    }
  }

  answered(route: string, status: number, seconds: number): void {
    this.#requests.inc({ route, status: String(status) });
    this.#seconds.observe({ route }, seconds);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
