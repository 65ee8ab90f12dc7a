import { createRequire } from "node:module";
import { join } from "node:path";

/** Of `dist/`: what users run, not its source. */
export const built: (path: string) => unknown = createRequire(join(__dirname, "..", "..", "dist", "index.js"));

/** The program as it was built. */
export const program = built("./index.js") as typeof import("../../lib/index");
