// Compiles the addon and the core tests for Windows and macOS, from any machine: every command of the build is given to
// Zig's C++ compiler with another target, flags and warnings as they are. Core tests that need nothing of llama.cpp are
// linked as well; they lie in build/cross/<target> for who can run them. `--whole` compiles core and binding alone, each as one
// file: a tenth of the time, but a header that a file forgets is there by another's.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({ options: { whole: { type: "boolean" } }, allowPositionals: true });
const TARGETS = positionals.length > 0 ? positionals : ["x86_64-windows-gnu", "aarch64-macos"];
const ZIG = "ziglang==0.17.1";
const WITHOUT_LLAMA = ["batch-plan-test", "cell-ledger-test", "divergence-test", "fair-mutex-test", "files-test"];

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const output = join(root, "build", "cross");
const python = join(output, "python", "bin", "python");

function installZig() {
  if (!existsSync(python)) execFileSync("python3", ["-m", "venv", join(output, "python")], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ZIG], { stdio: "inherit" });
}

/** The build's own commands, as scripts/build-native.mjs left them: of each, the source and the flags before it. */
function compilations() {
  return JSON.parse(readFileSync(join(root, "build", "native", "compile_commands.json"), "utf8")).map(
    ({ command, file }) => ({ file, flags: /\s(-D.*) -o /.exec(command)[1].replace(/ -O\w| -fPIC/g, "") }),
  );
}

/** All sources of a folder as one. */
function joined(name) {
  const sources = compilations().filter(({ file }) => file.includes(`/cpp/${name}/`));
  const file = join(output, `${name}.cpp`);
  writeFileSync(file, sources.map(({ file }) => `#include "${file}"\n`).join(""));
  return { file, flags: `${sources[0].flags} -g0 -fno-sanitize=undefined` };
}

/** Runs a command line of Zig; false when it fails, and then says what it said. */
async function zig(command) {
  const child = spawn(`"${python}" -m ziglang ${command}`, { shell: true, cwd: root, stdio: "inherit" });
  return new Promise((settle) => child.on("close", (status) => settle(status === 0)));
}

async function compile(target, { file, flags }) {
  const object = join(output, target, `${basename(file)}.o`);
  const known = target.startsWith("x86_64") ? flags : flags.replace(/ -m\w+/g, ""); // instructions of x86
  return zig(`c++ -target ${target} ${known} -o "${object}" -c "${file}"`);
}

async function link(target, test) {
  const at = (name) => `"${join(output, target, name)}"`;
  const program = at(target.includes("windows") ? `${test}.exe` : test);
  return zig(`c++ -target ${target} -o ${program} ${at(`${test}.cpp.o`)} ${at("core.a")}`);
}

async function archive(target, sources) {
  const objects = sources.map(({ file }) => `"${join(output, target, `${basename(file)}.o`)}"`);
  return zig(`ar rcs "${join(output, target, "core.a")}" ${objects.join(" ")}`);
}

/** As many at once as there are cores; how many failed. */
async function failures(tasks) {
  let failed = 0;
  const left = [...tasks];
  const worker = async () => {
    for (let task = left.shift(); task; task = left.shift()) if (!(await task())) failed++;
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failed;
}

async function crossCompile(target) {
  mkdirSync(join(output, target), { recursive: true });
  if (values.whole) return compileAll(target, ["core", "binding"].map(joined));
  const sources = compilations();
  const core = sources.filter(({ file }) => file.includes("/cpp/core/"));
  return (
    (await compileAll(target, sources)) ||
    (await failures([() => archive(target, core)])) ||
    (await failures(WITHOUT_LLAMA.map((test) => () => link(target, test))))
  );
}

async function compileAll(target, sources) {
  const failed = await failures(sources.map((source) => () => compile(target, source)));
  console.log(`${target}: ${sources.length} files compiled, ${failed} failed`);
  return failed;
}

mkdirSync(output, { recursive: true });
process.env.ZIG_GLOBAL_CACHE_DIR = join(output, "cache");
installZig();
let failed = 0;
for (const target of TARGETS) failed += await crossCompile(target);
process.exitCode = failed > 0 ? 1 : 0;
