import { readFileSync } from "node:fs";

/** No reader of a result can tell a number that is none from one that was measured. */
export function requireFinite(what: string, values: Float32Array): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw new Error(`${what}: ${values[at]!} at ${at}`);
}

/** The same of all that a document holds. */
export function requireFiniteNumbers(what: string, document: unknown): void {
  JSON.stringify(document, (key, value: unknown) => {
    if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${what}: ${key} is ${value}`);
    return value;
  });
}

/** The same of a page, as far as words tell. */
export function requireFinitePage(path: string): void {
  const [found] = /.{0,60}\b(NaN|Infinity)\b.{0,20}/.exec(readFileSync(path, "utf8")) ?? [];
  if (found !== undefined) throw new Error(`${path}: ${found}`);
}
