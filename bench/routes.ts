import { errorCode } from "../lib/errors";
import type { Engine } from "../lib/model/engine";
import * as modelOptions from "../lib/model/options";
import { compare, type Comparison, type Result } from "./result";
import type { Spent } from "./rounds";
import { createEngine, type Subject } from "./subject";

export const BY_DEFAULT = "as by default";

/** A way to multiply rows with weights. */
export interface Route {
  readonly name: string;
  /** What asks for it. */
  readonly options: Pick<modelOptions.EngineOptions, "products">;
  readonly engine: Engine;
}

// A release that is compared with may have none.
const { PRODUCTS }: Partial<typeof modelOptions> = modelOptions;

/** What a route is compared with: llama.cpp's own, where it can be asked for. */
function referenceOf(routes: readonly Route[]): string {
  return (routes.find(({ name }) => name === "llama.cpp") ?? routes[0]!).name;
}

/** Apart from that, for the seeds of prompts. */
export const MOST_ROUTES = 16;

/** The routes' times beside the reference's: what is taken unasked is never slower. */
export function compareRoutes(
  routes: readonly Route[],
  times: ReadonlyMap<string, readonly Spent[]>,
  common: Pick<Comparison, "row" | "tokens">,
): Result[] {
  const reference = referenceOf(routes);
  return routes
    .filter(({ name }) => name !== "llama.cpp")
    .map(({ name }) => {
      const bar = name === BY_DEFAULT ? ({ kind: "at least", value: 0.98 } as const) : undefined;
      return compare(times, { ...common, arm: name, reference, of: "processor", bar });
    });
}

/** An engine on what is taken unasked, and on each route that this machine has. */
export async function openRoutes(subject: Subject, options: modelOptions.EngineOptions): Promise<Route[]> {
  const routes: Route[] = [{ name: BY_DEFAULT, options: {}, engine: await createEngine(subject, options) }];
  for (const products of PRODUCTS ?? []) {
    if (products === "fastest") continue; // the default
    const engine = await createEngine(subject, { ...options, products }).catch((error: unknown) => {
      if (errorCode(error) !== "ERR_INVALID_ARGUMENT") throw error;
      return undefined; // not on this processor
    });
    if (engine) routes.push({ name: products, options: { products }, engine });
  }
  return routes;
}

export async function closeRoutes(routes: readonly Route[]): Promise<void> {
  for (const { engine } of routes) await engine.dispose();
}
