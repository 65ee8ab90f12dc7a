// What the compiler leaves to do in dist/: the command may be run, and Vega lies beside what draws with it.
import { chmodSync, copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");
const dist = (...path) => join(root, "dist", ...path);
const vega = dirname(createRequire(import.meta.url).resolve("vega"));

chmodSync(dist("cli", "main.js"), 0o755);
copyFileSync(join(vega, "vega.min.js"), dist("report", "figures", "vega.cjs"));
copyFileSync(join(vega, "..", "LICENSE"), dist("report", "figures", "vega-LICENSE"));
