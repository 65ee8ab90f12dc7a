import { createRequire } from "node:module";

// Loaded when something is asked of a server, as they take longer to load than a command that asks nothing takes.

/** Node's own HTTP client, as a package: the one inside of Node 20 cannot be told of proxies. */
export function undici(): typeof import("undici") {
  return createRequire(__filename)("undici") as typeof import("undici");
}

/** The hub's own client. */
export function hubClient(): typeof import("@huggingface/hub") {
  return createRequire(__filename)("@huggingface/hub") as typeof import("@huggingface/hub");
}
