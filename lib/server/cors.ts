import type { App } from "./app";

const A_DAY_S = "86400";

/** Lets pages of these origins read the answers; "*" is all. Without any, browsers keep them from every page but our own. */
export function addCors(app: App, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const isAllowed = (origin: string) => origins.includes("*") || origins.includes(origin);
  app.addHook("onRequest", async (request, reply) => {
    const { origin } = request.headers;
    reply.header("vary", "origin");
    if (origin === undefined || !isAllowed(origin)) return;
    reply.header("access-control-allow-origin", origin);
    if (request.method !== "OPTIONS" || request.headers["access-control-request-method"] === undefined) return;
    await reply
      .headers({
        "access-control-allow-methods": "GET, POST, PUT, DELETE",
        "access-control-allow-headers": "authorization, content-type",
        "access-control-max-age": A_DAY_S,
      })
      .code(204)
      .send();
  });
}
