import { createRequire } from "node:module";
import { join } from "node:path";

const built = createRequire(join(__dirname, "..", "..", "dist", "index.js"));

/** The program as it was built: what users run, not its source. */
export const program = built("./index.js") as typeof import("../../lib/index");
