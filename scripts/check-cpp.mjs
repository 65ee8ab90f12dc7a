// Holds the architecture of cpp/ (core below binding, the core's folders one upon the other, upstream's public headers
// only) and keeps what would end the user's process out of it: calls that do, and ways from JavaScript into the binding
// that let an exception out.
import { readdirSync, readFileSync } from "node:fs";

/** From the bottom up: a folder includes itself and those before it, so what a file reaches through others it may reach. */
const CORE = ["platform", "statistics", "products", "attention", "grammar", "engine", "sae", "training"];
const UPSTREAM = /^(llama|ggml|gguf)/;
const PUBLIC = /^(llama|llama-cpp|gguf|ggml|ggml-[a-z]+)\.h$/;
const ENDS_THE_PROCESS =
  /\b(exit|_exit|_Exit|quick_exit|abort|terminate|assert|GGML_ASSERT|GGML_ABORT|GGML_UNREACHABLE)\s*\(/;
const MAKES_CALLBACKS =
  /\b((Instance|Static)(Method|Accessor|Value)|\w*ThreadSafeFunction|Function::New|PropertyDescriptor::(Function|Accessor))\b/;
/** The files that may: what they make translates every exception. */
const TRANSLATES = ["callback.h", "wrap.h", "posted-call.h"];

const violations = [];

function check(folder, allowed) {
  for (const name of readdirSync(folder, { recursive: true }).filter((file) => /\.(h|cpp)$/.test(file))) {
    const file = `${folder}/${name}`;
    readFileSync(file, "utf8")
      .split("\n")
      .forEach((line, index) => {
        const where = `${file}:${index + 1}`;
        const [, bracket, header] = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(line) ?? [];
        if (header && !allowed(header, bracket === "<")) violations.push(`${where}: must not include ${header}`);
        const code = line.replace(/"(\\.|[^"\\])*"/g, '""').replace(/\/\/.*/, "");
        if (!header && !code.trimStart().startsWith("*")) {
          const call = ENDS_THE_PROCESS.exec(code)?.[1];
          if (call) violations.push(`${where}: ${call} would end the user's process`);
          const maker = TRANSLATES.includes(name) ? undefined : MAKES_CALLBACKS.exec(code)?.[1];
          if (maker) violations.push(`${where}: ${maker} would let exceptions out: see callback.h`);
        }
      });
  }
}

const folders = readdirSync("cpp/core");
for (const stray of folders.filter((folder) => !CORE.includes(folder))) {
  violations.push(`cpp/core/${stray}: no folder of the core`);
}
for (const [level, folder] of CORE.entries()) {
  const below = CORE.slice(0, level + 1);
  check(`cpp/core/${folder}`, (header, isSystem) => {
    if (header.startsWith("napi") || header.startsWith("node_api")) return false;
    if (UPSTREAM.test(header)) return PUBLIC.test(header);
    return isSystem || below.some((name) => header.startsWith(`${name}/`));
  });
}
// A tag tells the addon's classes apart: what passes for another class is read as one.
const tags = readdirSync("cpp/binding").flatMap((file) =>
  [...readFileSync(`cpp/binding/${file}`, "utf8").matchAll(/type_tag = \{([^}]*)\}/g)].map(([, tag]) => ({
    file,
    tag,
  })),
);
for (const [i, { file, tag }] of tags.entries()) {
  if (tags.findIndex((other) => other.tag === tag) < i)
    violations.push(`cpp/binding/${file}: another class has its tag`);
}
check("cpp/binding", (header) => !UPSTREAM.test(header));

for (const violation of violations) console.error(violation);
process.exitCode = violations.length > 0 ? 1 : 0;
