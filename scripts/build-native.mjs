// Builds the addon: takes llama.cpp's headers out of the pinned source bundle, finds the platform package's shared
// libraries, runs CMake through cmake-js. `--tests` builds the core tests as well, `--debug` a debug build.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const require = createRequire(import.meta.url);

function fail(sentence) {
  console.error(`corrsteer: ${sentence}`);
  process.exit(1);
}

function demand(program, install) {
  if (spawnSync(program, ["--version"], { stdio: "ignore" }).error) fail(`${program} was not found: ${install}`);
}

/** Checks the headers of the pinned release out of the bundle that node-llama-cpp carries. */
function headers() {
  const bundle = join(
    dirname(join(root, "node_modules", "node-llama-cpp", "package.json")),
    "llama",
    "gitRelease.bundle",
  );
  if (!existsSync(bundle)) fail("node-llama-cpp's source bundle is missing: run `npm ci` again");
  const release = JSON.parse(readFileSync(join(dirname(bundle), "llama.cpp.info.json"), "utf8")).tag ?? "pinned";
  const directory = join(root, "build", `llama.cpp-${release}`);
  if (!existsSync(join(directory, "include", "llama.h"))) {
    const repository = join(root, "build", "llama.cpp.git");
    mkdirSync(directory, { recursive: true });
    if (!existsSync(repository)) execFileSync("git", ["clone", "--quiet", "--bare", bundle, repository]);
    execFileSync("git", [
      `--git-dir=${repository}`,
      `--work-tree=${directory}`,
      "checkout",
      "HEAD",
      "--",
      "include",
      "ggml/include",
    ]);
  }
  return [join(directory, "include"), join(directory, "ggml", "include")];
}

function libraries() {
  const { libraryDirectory } = require(join(root, "dist", "native", "platform.js"));
  const directory = libraryDirectory(root);
  if (!directory)
    fail(`no llama.cpp for ${process.platform}-${process.arch}: run \`npm ci\` with optional dependencies`);
  return directory;
}

demand("git", "install Git (Debian: apt-get install git)");
demand("cmake", "install CMake 3.20 or newer (Debian: apt-get install cmake)");
if (process.platform === "linux")
  demand(process.env.CXX ?? "c++", "install a C++17 compiler (Debian: apt-get install g++)");

const options = process.argv.slice(2);
const cmakeJs = join(root, "node_modules", "cmake-js", "bin", "cmake-js");
const build = spawnSync(
  process.execPath,
  [
    cmakeJs,
    "build",
    "--directory",
    root,
    "--out",
    join(root, "build", "native"),
    ...(options.includes("--debug") ? ["--debug"] : []),
    `--CDLLAMA_INCLUDE=${headers().join(";")}`,
    `--CDLLAMA_LIBRARIES=${libraries()}`,
    `--CDNODE_ADDON_API_INCLUDE=${join(root, "node_modules", "node-addon-api")}`,
    `--CDCORRSTEER_TESTS=${options.includes("--tests") ? "ON" : "OFF"}`,
  ],
  { stdio: "inherit", cwd: root },
);
process.exit(build.status ?? 1);
