// clients.mjs [--print]: installs, in build/clients, the programs of others that tests use this one with, each at a version
// that is pinned here: they are large, and some want a newer Node.js, which is installed beside them. Tests that need one
// are skipped where it is not there. `--print` says what would be installed.
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { arch, platform } = process;
const system = platform === "win32" ? "win" : platform;
const abi = { linux: "-gnu", win32: "-msvc" }[platform] ?? "";
const CLIENTS = {
  "@ai-sdk/openai-compatible": "3.0.92",
  "@ai-sdk/openai-compatible-2": "npm:@ai-sdk/openai-compatible@2.0.92",
  "@aws-sdk/client-s3": "3.1175.0",
  "@langchain/core": "1.4.0",
  "@langchain/openai": "1.6.0",
  ai: "7.0.173",
  "ai-6": "npm:ai@6.0.325",
  "axe-core": "4.14.1",
  [`@libsql/${platform}-${arch}${abi}`]: "0.5.29", // which promptfoo wants
  bullmq: "6.7.0",
  ioredis: "6.0.0",
  "kubernetes-models": "5.1.0",
  [`node-${system}-${arch}`]: "24.22.3",
  openai: "7.59.0",
  "openai-6": "npm:openai@6.30.1",
  promptfoo: "0.123.1",
};

const wanted = Object.entries(CLIENTS).map(([name, version]) => `${name}@${version}`);
if (process.argv.includes("--print")) {
  console.log(wanted.join("\n"));
} else {
  const folder = join(import.meta.dirname, "..", "build", "clients");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n'); // so that nothing is looked for above it
  const how = ["--no-save", "--no-package-lock", "--ignore-scripts", "--omit=optional", "--loglevel=error"];
  const { status } = spawnSync("npm", ["install", ...how, ...wanted], { cwd: folder, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
