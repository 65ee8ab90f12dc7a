import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** In the order of who needs whom. */
const MODULES = ["element", "load", "search", "contexts", "feature-view", "index-view", "main"];

/**
 * The page's modules as one without imports: a page that is opened as a file cannot import. No two of them declare a name
 * twice but within functions.
 */
export async function pageScript(): Promise<string> {
  const modules = MODULES.map((name) => readFile(join(__dirname, "client", `${name}.js`), "utf8"));
  return (await Promise.all(modules)).map(withoutModule).join("\n");
}

function withoutModule(text: string): string {
  return text.replaceAll(/^import .*;\n/gm, "").replaceAll(/^export (?=function|const|class|async)/gm, "");
}
