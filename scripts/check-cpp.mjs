// Holds the architecture of cpp/ (core below binding, upstream's public headers only) and keeps what would end the
// user's process out of it.
import { readdirSync, readFileSync } from "node:fs";

const UPSTREAM = /^(llama|ggml|gguf)/;
const PUBLIC = /^(llama|llama-cpp|gguf|ggml|ggml-[a-z]+)\.h$/;
const ENDS_THE_PROCESS =
  /\b(exit|_exit|_Exit|quick_exit|abort|terminate|assert|GGML_ASSERT|GGML_ABORT|GGML_UNREACHABLE)\s*\(/;

const violations = [];

function check(folder, allowed) {
  for (const name of readdirSync(folder).filter((file) => /\.(h|cpp)$/.test(file))) {
    const file = `${folder}/${name}`;
    readFileSync(file, "utf8")
      .split("\n")
      .forEach((line, index) => {
        const where = `${file}:${index + 1}`;
        const header = /^\s*#\s*include\s*[<"]([^>"]+)[>"]/.exec(line)?.[1];
        if (header && !allowed(header)) violations.push(`${where}: must not include ${header}`);
        const code = line.replace(/"(\\.|[^"\\])*"/g, '""').replace(/\/\/.*/, "");
        if (!header && !code.trimStart().startsWith("*")) {
          const call = ENDS_THE_PROCESS.exec(code)?.[1];
          if (call) violations.push(`${where}: ${call} would end the user's process`);
        }
      });
  }
}

check(
  "cpp/core",
  (header) =>
    !header.startsWith("napi") && !header.startsWith("node_api") && (!UPSTREAM.test(header) || PUBLIC.test(header)),
);
check("cpp/binding", (header) => !UPSTREAM.test(header));

for (const violation of violations) console.error(violation);
process.exitCode = violations.length > 0 ? 1 : 0;
