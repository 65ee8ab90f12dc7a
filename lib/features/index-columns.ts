import type { FeatureData, IndexData } from "./format";

/** Tokens of a feature in the index. */
const N_TOKENS = 6;

/** What the index says of each feature, gathered feature by feature. */
export class IndexColumns {
  private readonly active: number[] = [];
  private readonly largest: number[] = [];
  private readonly promoted: string[] = [];
  private readonly peaks: string[] = [];
  private readonly contexts: string[] = [];

  /**
   * @param peaks the token at each of its strongest positions; @param context the text around the first
   */
  add({ active, top, promoted }: FeatureData, peaks: readonly string[], context: string): void {
    this.active.push(active);
    this.largest.push(top[0]?.[1] ?? 0);
    this.promoted.push(line(promoted.slice(0, N_TOKENS).map(([token]) => token)));
    this.peaks.push(line(byFrequency(peaks).slice(0, N_TOKENS)));
    this.contexts.push(line([context]));
  }

  data(): IndexData {
    return {
      active: base64(Uint32Array.from(this.active)),
      largest: base64(Float32Array.from(this.largest)),
      promoted: this.promoted.join("\n"),
      peaks: this.peaks.join("\n"),
      contexts: this.contexts.join("\n"),
    };
  }
}

/** Each once, the most frequent first, of equally frequent ones the first that came. */
export function byFrequency(items: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a).map(([item]) => item);
}

function line(tokens: readonly string[]): string {
  return tokens.map((token) => token.replaceAll(/[\t\n]/g, " ")).join("\t");
}

function base64(values: Uint32Array | Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");
}
