// Builds the addon: takes llama.cpp's headers out of the pinned source bundle, finds the platform package's shared
// libraries, runs CMake through cmake-js. `--tests` builds the core tests as well, `--bench` the benchmark's plain decode
// loop; `--sanitize=thread` or `address` builds core and tests alone, `--cross=linux-arm64` all for that platform, each in
// a folder of their own; `--gyp` puts the addon where node-gyp's callers look for it.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { buildPackages } from "./build-packages.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const options = process.argv.slice(2);
const sanitize = valueOf("--sanitize");
const cross = valueOf("--cross");
const output = join(root, "build", sanitize ? `sanitize-${sanitize}` : cross || "native");
const require = createRequire(import.meta.url);

function valueOf(name) {
  return options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

function fail(sentence) {
  console.error(`corrsteer: ${sentence}`);
  process.exit(1);
}

/** The first line that the program says of its version; undefined when it is not there. */
function version(program) {
  const { error, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return error ? undefined : stdout.split("\n")[0];
}

function checkTools() {
  const cmake = version("cmake");
  const [major, minor] = (cmake?.match(/\d+\.\d+/)?.[0] ?? "0.0").split(".").map(Number);
  if (major < 3 || (major === 3 && minor < 20))
    fail(`building needs CMake 3.20 or newer, found ${cmake ?? "none"}: install it (Debian: apt-get install cmake)`);
  const compiler = cross ? "aarch64-linux-gnu-g++" : (process.env.CXX ?? "c++");
  if (process.platform !== "win32" && !version(compiler))
    fail(`building needs a C++17 compiler, ${compiler} was not found: install one (Debian: apt-get install g++)`);
  if (process.platform !== "win32" && !version("ninja") && !version("make"))
    fail("building needs Ninja or Make, neither was found: install one (Debian: apt-get install ninja-build)");
  if (!version("git")) fail("building needs Git, which was not found: install it (Debian: apt-get install git)");
}

/** Of a checkout, where nothing need be compiled yet, or of the package as it is installed. */
function platform() {
  const source = join(root, "lib", "native", "platform.ts");
  return existsSync(source) ? createJiti(root)(source) : require(join(root, "dist", "native", "platform.js"));
}

function libraries({ libraryDirectory, pinnedVersion, PLATFORM, platformPackage }) {
  const target = cross || PLATFORM;
  const name = platformPackage(target) ?? fail(`there is no llama.cpp for ${target}`);
  return libraryDirectory(root, name) ?? fail(`${name} is not installed: \`npm install ${name}@${pinnedVersion()}\``);
}

function findPackages() {
  try {
    return buildPackages();
  } catch (error) {
    return fail(error.message);
  }
}

/** The header folders of the pinned release, checked out of the bundle that node-llama-cpp carries. */
function headers(release) {
  const folder = join(packages["node-llama-cpp"], "llama");
  const bundle = join(folder, "gitRelease.bundle");
  const { tag } = JSON.parse(readFileSync(join(folder, "llama.cpp.info.json"), "utf8"));
  if (tag !== `v${release}`)
    fail(`lib/native/platform.ts names llama.cpp ${release}, but node-llama-cpp carries ${tag}: make them agree`);
  const directory = join(root, "build", `llama.cpp-${tag}`);
  if (!existsSync(join(directory, "complete"))) {
    const repository = join(root, "build", "llama.cpp.git");
    mkdirSync(directory, { recursive: true });
    rmSync(repository, { recursive: true, force: true }); // of a build that was ended
    execFileSync("git", ["clone", "--quiet", "--bare", bundle, repository]);
    const paths = ["include", "ggml/include"];
    execFileSync("git", [`--git-dir=${repository}`, `--work-tree=${directory}`, "checkout", "HEAD", "--", ...paths]);
    rmSync(repository, { recursive: true });
    writeFileSync(join(directory, "complete"), "");
  }
  return [join(directory, "include"), join(directory, "ggml", "include")];
}

function cmakeJs(command, definitions) {
  const jobs = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? availableParallelism();
  const { status } = spawnSync(
    process.execPath,
    [
      join(packages["cmake-js"], "bin", "cmake-js"),
      command,
      ...["--directory", root, "--out", output, "--log-level", "warn"],
      ...(command === "build" ? ["--parallel", String(jobs)] : []),
      ...Object.entries(definitions).map(([name, value]) => `--CD${name}=${value}`),
    ],
    // It looks for node-addon-api from this folder.
    { stdio: "inherit", cwd: root, env: { ...process.env, NODE_PATH: dirname(packages["node-addon-api"]) } },
  );
  if (status !== 0) process.exit(status ?? 1);
}

checkTools();
const pinned = platform();
const llamaLibraries = libraries(pinned);
const packages = findPackages();
const definitions = {
  LLAMA_INCLUDE: headers(pinned.LLAMA_RELEASE).join(";"),
  LLAMA_LIBRARIES: llamaLibraries,
  LLAMA_RELEASE: pinned.LLAMA_RELEASE,
  CORRSTEER_TESTS: options.includes("--tests") || sanitize ? "ON" : "OFF",
  CORRSTEER_BENCH: options.includes("--bench") ? "ON" : "OFF",
  CORRSTEER_SANITIZE: sanitize,
  ...(cross && { CMAKE_TOOLCHAIN_FILE: join(root, "scripts", `${cross}.cmake`) }),
};
// cmake-js configures only what was never configured.
const configured = join(output, "definitions.json");
const wanted = JSON.stringify(definitions);
if (!existsSync(configured) || readFileSync(configured, "utf8") !== wanted) {
  cmakeJs("configure", definitions);
  writeFileSync(configured, wanted);
}
cmakeJs("build", definitions);
if (options.includes("--gyp")) {
  mkdirSync(join(root, "build", "Release"), { recursive: true });
  copyFileSync(join(output, "Release", "corrsteer.node"), join(root, "build", "Release", "corrsteer.node"));
}
