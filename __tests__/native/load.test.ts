import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { builtAddon } from "../../lib/native/addon-places";
import { loadAddon } from "../../lib/native/load";
import { ADDON_PACKAGE, LLAMA_RELEASE, libraryDirectory, platformPackage } from "../../lib/native/platform";

const root = join(__dirname, "..", "..");
const name = platformPackage()!;
const libraries = libraryDirectory(root)!;
const VERSION = "1.2.3";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "corrsteer-load-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Puts a corrsteer at `to`, as it is published: what the loader needs of it. */
function placeCorrsteer(to: string): string {
  cpSync(join(root, "dist", "native"), join(to, "dist", "native"), { recursive: true });
  cpSync(join(root, "dist", "errors.js"), join(to, "dist", "errors.js"));
  const devDependencies = { "node-llama-cpp": "3.22.1" };
  writeJson(join(to, "package.json"), { optionalDependencies: { [ADDON_PACKAGE]: VERSION }, devDependencies });
  return to;
}

/** Puts the package with the addon at `to`. */
function placeAddon(to: string, { version = VERSION, addon = builtAddon(root) } = {}): void {
  cpSync(addon, join(to, "corrsteer.node"));
  writeJson(join(to, "package.json"), { version });
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}

/** Puts the platform package at `to`, its libraries as links and its metadata as a file of its own. */
function placeLibraries(to: string): string {
  const bins = join(to, "bins", name.split("/")[1]!);
  cpSync(join(libraries, "..", "..", "package.json"), join(to, "package.json"));
  cpSync(join(libraries, "..", "..", "dist"), join(to, "dist"), { recursive: true });
  cpSync(libraries, bins, { recursive: true, filter: (file) => file === libraries || file.endsWith(".json") });
  for (const file of readdirSync(libraries))
    if (!file.endsWith(".json")) symlinkSync(join(libraries, file), join(bins, file));
  return bins;
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

/** What a fresh process gets from `loadAddon` of the corrsteer at `at`: a release, or the error. */
function load(at: string): { release?: string; code?: string; message?: string; details?: Record<string, unknown> } {
  const script = `
    const { loadAddon, backendFailures } = require(process.argv[1]);
    try {
      const release = loadAddon().builtForRelease;
      console.log(JSON.stringify({ release, details: { failures: backendFailures().map(String) } }));
    } catch ({ code, message, details }) { console.log(JSON.stringify({ code, message, details })); }`;
  const output = execFileSync(process.execPath, ["-e", script, join(at, "dist", "native", "load.js")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(output) as ReturnType<typeof load>;
}

test("loads in this process, and again in a worker thread after another has ended", async () => {
  expect(loadAddon().builtForRelease).toBe(LLAMA_RELEASE);
  expect(loadAddon()).toBe(loadAddon());
  for (let round = 0; round < 2; round++) {
    const script = `require("node:worker_threads").parentPort.postMessage(
      require(${JSON.stringify(join(root, "dist", "native", "load.js"))}).loadAddon().builtForRelease)`;
    const worker = new Worker(script, { eval: true });
    const ended = new Promise((resolve) => worker.once("exit", resolve));
    expect(await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject))).toBe(
      LLAMA_RELEASE,
    );
    await ended;
  }
});

test("finds the addon and the libraries beside the package, under it, and in pnpm's layout", () => {
  const hoisted = placeCorrsteer(join(folder, "hoisted", "node_modules", "corrsteer"));
  placeLibraries(join(folder, "hoisted", "node_modules", name));
  placeAddon(join(folder, "hoisted", "node_modules", ADDON_PACKAGE));

  const nested = placeCorrsteer(join(folder, "nested", "node_modules", "corrsteer"));
  placeLibraries(join(nested, "node_modules", name));
  placeAddon(join(nested, "node_modules", ADDON_PACKAGE));

  const store = join(folder, "pnpm", "node_modules", ".pnpm");
  const stored = placeCorrsteer(join(store, "corrsteer@0.1.0", "node_modules", "corrsteer"));
  placeLibraries(join(store, "libraries@3.22.1", "node_modules", name));
  const addon = join(store, "addon@1.2.3", "node_modules", ADDON_PACKAGE);
  placeAddon(addon);
  link(join(store, "libraries@3.22.1", "node_modules", name), join(store, "addon@1.2.3", "node_modules", name));
  link(addon, join(stored, "..", ADDON_PACKAGE));
  const linked = join(folder, "pnpm", "node_modules", "corrsteer");
  link(stored, linked);

  expect([hoisted, nested, linked].map(load)).toEqual(
    Array(3).fill({ release: LLAMA_RELEASE, details: { failures: [] } }),
  );
});

test("leaves llama.cpp's log where it was: nothing on stdout", () => {
  const script = `require(${JSON.stringify(join(root, "dist", "native", "load.js"))}).loadAddon()`;
  expect(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })).toBe("");
});

test("takes an empty CORRSTEER_LOG for unset, and names it when it is no level", () => {
  const script = `
    try { require(process.argv[1]).loadAddon(); console.log("loaded"); } catch ({ message }) { console.log(message); }`;
  const withLevel = (level: string) =>
    execFileSync(process.execPath, ["-e", script, join(root, "dist", "native", "load.js")], {
      encoding: "utf8",
      env: { ...process.env, CORRSTEER_LOG: level },
    });

  expect(withLevel("")).toBe("loaded\n");
  expect(withLevel("loud")).toMatch(/^CORRSTEER_LOG: expected one of .*debug, got "loud"$/m);
});

test("names both releases when the libraries are of another one", () => {
  const at = placeCorrsteer(join(folder, "node_modules", "corrsteer"));
  placeAddon(join(folder, "node_modules", ADDON_PACKAGE));
  const metadata = join(placeLibraries(join(folder, "node_modules", name)), "_nlcBuildMetadata.json");
  writeFileSync(metadata, readFileSync(metadata, "utf8").replace(`v${LLAMA_RELEASE}`, "v0.4.0"));

  const error = load(at);

  expect(error).toMatchObject({
    code: "ERR_NATIVE_VERSION",
    details: { expected: LLAMA_RELEASE, found: "0.4.0" },
  });
  expect(error.message).toContain(LLAMA_RELEASE);
  expect(error.message).toContain("0.4.0");
});

const onLinux = process.platform === "linux" && process.arch === "x64" ? test : test.skip;

onLinux("leaves out an installed device backend that does not load, and keeps the reason", () => {
  const at = placeCorrsteer(join(folder, "node_modules", "corrsteer"));
  placeLibraries(join(folder, "node_modules", name));
  placeAddon(join(folder, "node_modules", ADDON_PACKAGE));
  const device = join(folder, "node_modules", `${name}-vulkan`);
  cpSync(join(libraries, "..", "..", "package.json"), join(device, "package.json"));
  cpSync(join(libraries, "..", "..", "dist"), join(device, "dist"), { recursive: true });
  const bins = join(device, "bins", "linux-x64-vulkan");
  cpSync(join(libraries, "_nlcBuildMetadata.json"), join(bins, "_nlcBuildMetadata.json"));
  writeFileSync(join(bins, "libggml-vulkan.so"), "not a library");

  const { release, details } = load(at);

  expect(release).toBe(LLAMA_RELEASE);
  expect(details?.["failures"]).toEqual([expect.stringContaining("libggml-vulkan.so")]);
});

test("says which package is missing", () => {
  placeAddon(join(folder, "node_modules", ADDON_PACKAGE));

  const error = load(placeCorrsteer(join(folder, "node_modules", "corrsteer")));

  expect(error).toMatchObject({ code: "ERR_NATIVE_LOAD", details: { tried: [name] } });
});

test("says that npm left out the platform's package, why that may be, and what installs it with its libraries", () => {
  const { code, message, details } = load(placeCorrsteer(join(folder, "node_modules", "corrsteer")));

  expect(code).toBe("ERR_NATIVE_LOAD");
  expect(details).toEqual({ tried: [ADDON_PACKAGE] });
  for (const part of ["--omit=optional", "lock file", `\`npm install ${ADDON_PACKAGE}@${VERSION}\``])
    expect(message).toContain(part);
  expect(message).not.toContain("corrsteer build"); // which takes the libraries
});

test("says of the addon alone that it can be compiled as well, and loads it then", () => {
  const at = placeCorrsteer(join(folder, "node_modules", "corrsteer"));
  placeLibraries(join(folder, "node_modules", name));

  expect(load(at)).toMatchObject({
    code: "ERR_NATIVE_LOAD",
    message: expect.stringContaining("`corrsteer build`"),
    details: { tried: [ADDON_PACKAGE] },
  });

  mkdirSync(dirname(builtAddon(at)), { recursive: true });
  cpSync(builtAddon(root), builtAddon(at));
  expect(load(at)).toMatchObject({ release: LLAMA_RELEASE });
});

test("says that no package carries an addon for the platform", () => {
  const at = placeCorrsteer(join(folder, "node_modules", "corrsteer"));
  writeJson(join(at, "package.json"), {});

  expect(load(at)).toMatchObject({
    code: "ERR_NATIVE_LOAD",
    message: expect.stringMatching(/not prebuilt for .*`corrsteer build`/),
  });
});

test("refuses the addon of another version", () => {
  const at = placeCorrsteer(join(folder, "node_modules", "corrsteer"));
  placeLibraries(join(folder, "node_modules", name));
  placeAddon(join(folder, "node_modules", ADDON_PACKAGE), { version: "1.2.2" });

  expect(load(at)).toMatchObject({ code: "ERR_NATIVE_VERSION", details: { expected: VERSION, found: "1.2.2" } });
});

test("says which addon files were tried", () => {
  const at = placeCorrsteer(join(folder, "node_modules", "corrsteer"));
  placeLibraries(join(folder, "node_modules", name));
  writeFileSync(join(folder, "not-a-library"), "not a library");
  placeAddon(join(folder, "node_modules", ADDON_PACKAGE), { addon: join(folder, "not-a-library") });

  const error = load(at);

  expect(error.code).toBe("ERR_NATIVE_LOAD");
  expect(error.details?.["tried"]).toEqual([
    expect.stringMatching(/build\/native\/Release\/corrsteer\.node: not there$/),
    expect.stringMatching(/@corrsteer\/.*corrsteer\.node: .*(too short|invalid|file)/),
  ]);
});
