import { readGgufHeader } from "../files/gguf";
import type { GgufTensor } from "../files/gguf-layout";
import type { NativeProductSpeeds } from "../native/addon";
import { loadAddon } from "../native/load";

/** Types of a model's weights that are told of, those with most values first. */
const MOST_TYPES = 3;
const ROWS = [16, 128];
/** Of the fastest; measuring is noisy. */
const MUCH_SLOWER = 0.8;

interface Shape {
  readonly type: number;
  readonly depth: number;
  readonly outputs: number;
}

/** How fast products with a model's weights are, and whether others than those used by default would be faster here. */
export async function checkProducts(path: string): Promise<string> {
  const speeds: string[] = [];
  const slower: string[] = [];
  for (const shape of shapesOf(readGgufHeader(path).tensors)) {
    for (const rows of ROWS) {
      const measured = await loadAddon().measureProducts({ ...shape, rows });
      if (!measured) continue;
      const what = `${measured.type.toUpperCase()} with ${rows} rows`;
      speeds.push(`${what} ${speedOf(measured, "llama.cpp")} and ${speedOf(measured, measured.used)}`);
      const better = ROUTES.find((route) => (measured[route] ?? 0) * MUCH_SLOWER > measured[measured.used]!);
      if (better) slower.push(`${what} would be ${speedOf(measured, better)} by ${better}`);
    }
  }
  if (speeds.length === 0) return "by llama.cpp alone";
  const told = `10^9 operations a second of a thread, by llama.cpp and the fastest: ${speeds.join(", ")}`;
  return slower.length === 0 ? told : `${told}. But ${slower.join(", ")}: see --products`;
}

const ROUTES = ["llama.cpp", "float32", "int8"] as const satisfies readonly NativeProductSpeeds["used"][];

function speedOf(measured: NativeProductSpeeds, route: NativeProductSpeeds["used"]): string {
  return Math.round(measured[route]!).toString();
}

/** Of each type of weights the shape that has most of its values. */
function shapesOf(tensors: readonly GgufTensor[]): Shape[] {
  const values = new Map<string, { readonly shape: Shape; n: number }>();
  for (const { name, extents, type } of tensors) {
    const [depth, outputs, ...more] = extents;
    if (depth === undefined || outputs === undefined || more.some((n) => n !== 1) || !name.startsWith("blk.")) continue;
    const key = `${type} ${depth} ${outputs}`;
    const sum = values.get(key) ?? { shape: { type, depth, outputs }, n: 0 };
    sum.n += depth * outputs;
    values.set(key, sum);
  }
  const largest = [...values.values()].sort((a, b) => b.n - a.n).map(({ shape }) => shape);
  return largest.filter(({ type }, i) => largest.findIndex((each) => each.type === type) === i).slice(0, MOST_TYPES);
}
