import { join } from "node:path";

export const ROOT = join(__dirname, "..");

/** One that `build-native.mjs --bench` builds. bench/against.ts has both sides take the same ones. */
export function program(name: string): string {
  return join(process.env["CORRSTEER_BENCH_PROGRAMS"] ?? join(ROOT, "build", "native"), name);
}
