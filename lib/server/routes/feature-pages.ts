import { open } from "node:fs/promises";
import { extname, join } from "node:path";
import { z } from "zod";
import { PAGE_FILE } from "../../features/folder";
import type { App } from "../app";
import { ApiError } from "../errors/api-error";
import type { Served } from "../served";

export const PAGES_URL = `/features/${PAGE_FILE}`;

/** What `writeFeatures` writes for its page: a request names nothing else. */
const FILE = /^(index\.html|data\/(labels|text\/\d+|sae\/\d+\/(index|\d+))\.js)$/;
const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

const file = z.object({ "*": z.string() });

/** The pages of features that the server was started with, and their data, below `/features/`. */
export function addFeaturePages(app: App, { pages }: Served): void {
  if (pages === undefined) return;
  app.get("/features/*", { schema: { hide: true, params: file } }, async ({ params: { "*": name } }, reply) => {
    const found = FILE.test(name) ? await open(join(pages, name)).catch(() => undefined) : undefined;
    if (!found) throw new ApiError(404, `There is no '${name}' among the pages of features.`, null, "not_found");
    return await reply
      .header("content-type", `${TYPES[extname(name)]}; charset=utf-8`)
      .header("cache-control", "no-cache")
      .header("x-content-type-options", "nosniff")
      .send(found.createReadStream());
  });
}
