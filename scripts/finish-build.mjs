// What the compiler leaves to do in dist/: the command may be run, Vega lies beside what draws with it, others' licences are
// told, and so are the JSON schemas of the commands' YAML files.
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { bundledNotices } from "./notices.mjs";

const root = join(import.meta.dirname, "..");
const dist = (...path) => join(root, "dist", ...path);
const require = createRequire(import.meta.url);
const vega = dirname(require.resolve("vega"));
const { createProgram } = require(dist("cli", "program.js"));
const { configSchema } = require(dist("cli", "config-schema.js"));
const { leaves, wordsOf } = require(dist("cli", "leaves.js"));

chmodSync(dist("cli", "main.js"), 0o755);
copyFileSync(join(vega, "vega.min.js"), dist("report", "figures", "vega.cjs"));
writeFileSync(dist("THIRD-PARTY-NOTICES.txt"), bundledNotices());

mkdirSync(dist("schemas"), { recursive: true });
for (const command of leaves(createProgram())) {
  const name = wordsOf(command).replaceAll(" ", "-");
  writeFileSync(dist("schemas", `${name}.json`), JSON.stringify(configSchema(command)));
}
