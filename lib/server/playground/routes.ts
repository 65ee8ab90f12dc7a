import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../app";
import { PAGE } from "./page";
import { STYLE } from "./style";

/** The page's script as it was compiled. */
const CLIENT = join(__dirname, "client");

/** Nothing but what this server serves is loaded, and no other page has this one within it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the page at `/`: public, as it says nothing of the model; what its script asks for needs the key. */
export function addPlayground(app: App): void {
  const files = new Map([
    ["/", { type: "text/html; charset=utf-8", text: PAGE }],
    ["/playground/style.css", { type: "text/css; charset=utf-8", text: STYLE }],
    ...scripts().map(
      ([name, text]) => [`/playground/${name}`, { type: "text/javascript; charset=utf-8", text }] as const,
    ),
  ]);
  for (const [url, { type, text }] of files) {
    app.get(url, { config: { isPublic: true }, schema: { hide: true } }, (_request, reply) =>
      reply
        .header("content-type", type)
        .header("content-security-policy", POLICY)
        .header("cache-control", "no-cache")
        .header("x-content-type-options", "nosniff")
        .serializer((page: string) => page)
        .send(text),
    );
  }
}

function scripts(): [name: string, text: string][] {
  const names = readdirSync(CLIENT).filter((name) => name.endsWith(".js"));
  return names.map((name) => [name, readFileSync(join(CLIENT, name), "utf8")]);
}
