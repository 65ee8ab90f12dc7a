import { readFileSync } from "node:fs";
import { join } from "node:path";

/** This package's version. Its package.json is one folder up from lib/ and from dist/. */
export const VERSION = (JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as { version: string })
  .version;
