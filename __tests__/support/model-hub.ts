import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** A server that gives files as the Hugging Face hub does, `/<model>/resolve/<revision>/<file>`, until `close`. */
export interface ModelHub {
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** @param folders where each model's files lie */
export async function serveModels(folders: Readonly<Record<string, string>>): Promise<ModelHub> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const [, model, file] = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(url) ?? [];
    const path = model !== undefined && folders[model] !== undefined ? join(folders[model], file!) : undefined;
    if (path === undefined || !existsSync(path)) return response.writeHead(404).end();
    const bytes = readFileSync(path);
    return response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
