// What Prometheus reads: its text format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export type Labels = Readonly<Record<string, string>>;

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  samples(): Iterable<Sample>;
}

/** A line: what its name has more than the metric's, such as "_sum", its labels as they are written, and a number. */
type Sample = readonly [suffix: string, labels: string, value: number];

/** How often something happened, by labels. */
export class Counter implements Metric {
  readonly type = "counter";
  readonly #counts = new Map<string, number>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  add(labels: Labels): void {
    const key = written(labels);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  *samples(): Iterable<Sample> {
    for (const [labels, count] of this.#counts) yield ["", labels, count];
  }
}

interface Observed {
  /** Of each bucket by itself; of what is beyond the last one too. */
  readonly counts: number[];
  sum: number;
}

/** How large something was, by labels: how often it was at most each of the bounds, and its sum. */
export class Histogram implements Metric {
  readonly type = "histogram";
  readonly #observed = new Map<string, Observed>();

  /** @param bounds ascending */
  constructor(
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
  ) {}

  observe(labels: Labels, value: number): void {
    const key = written(labels);
    const observed = this.#observed.get(key) ?? { counts: [...this.bounds, Infinity].map(() => 0), sum: 0 };
    const bucket = this.bounds.findIndex((bound) => value <= bound);
    observed.counts[bucket < 0 ? this.bounds.length : bucket]! += 1;
    observed.sum += value;
    this.#observed.set(key, observed);
  }

  *samples(): Iterable<Sample> {
    for (const [labels, { counts, sum }] of this.#observed) {
      let total = 0;
      for (const [i, count] of counts.entries()) {
        total += count;
        yield ["_bucket", joined(labels, `le="${this.bounds[i] ?? "+Inf"}"`), total];
      }
      yield ["_sum", labels, sum];
      yield ["_count", labels, total];
    }
  }
}

/** What is counted, or measured, elsewhere. */
export function read(type: "counter" | "gauge", name: string, help: string, value: () => number): Metric {
  return { type, name, help, samples: () => [["", "", value()]] };
}

export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .flatMap((metric) => {
      const { name, help, type } = metric;
      const lines = Array.from(metric.samples(), ([suffix, labels, value]) => {
        return `${name}${suffix}${labels && `{${labels}}`} ${value}\n`;
      });
      return [`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`, ...lines];
    })
    .join("");
}

function written(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`)
    .join();
}

function joined(...labels: readonly string[]): string {
  return labels.filter(Boolean).join();
}
