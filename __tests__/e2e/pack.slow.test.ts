import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { testPage } from "../support/page";

const root = join(__dirname, "..", "..");
const model = join(root, "__tests__", "fixtures", "llama.gguf");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** Are the types wrong? With a compiler of its own it is too large for a dependency. */
const ATTW = "@arethetypeswrong/cli@0.18.5";

/** The main package and this platform's, which a registry would install with it. */
const tarballs = [`corrsteer-${version}.tgz`, `corrsteer-${process.platform}-${process.arch}-${version}.tgz`].map(
  (name) => join(root, "build", "release", name),
);

let folder: string;
let compilerCalls: string;

/** Runs a program in the consumer's folder, where every compiler is a trap that leaves a trace. */
function run(program: string, args: readonly string[], options: ExecFileSyncOptions = {}): string {
  const path = [join(folder, "traps"), process.env["PATH"]].join(delimiter);
  // What `npm test` sets describes this checkout, not the consumer.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_package_|npm_lifecycle|INIT_CWD)/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), PATH: path, XDG_CACHE_HOME: join(folder, "cache") };
  return execFileSync(program, args, { cwd: join(folder, "consumer"), encoding: "utf8", env, ...options }) as string;
}

function setTraps(): void {
  compilerCalls = join(folder, "compiler-calls");
  mkdirSync(join(folder, "traps"));
  for (const tool of ["c++", "cc", "clang", "clang++", "cmake", "g++", "gcc", "make", "ninja", "node-gyp"]) {
    writeFileSync(join(folder, "traps", tool), `#!/bin/sh\necho "${tool} $*" >> "${compilerCalls}"\nexit 1\n`);
    chmodSync(join(folder, "traps", tool), 0o755);
  }
}

function sizeBytes(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeBytes(join(path, name)), 0);
}

beforeAll(() => {
  execFileSync(process.execPath, ["scripts/package.mjs"], { cwd: root, stdio: "ignore" });
  folder = mkdtempSync(join(tmpdir(), "corrsteer-pack-"));
  mkdirSync(join(folder, "consumer"));
  writeFileSync(join(folder, "consumer", "package.json"), '{ "name": "consumer", "version": "1.0.0" }');
  setTraps();
  run("npm", ["install", "--ignore-scripts", "--prefer-offline", ...tarballs]);
}, 300_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("the installation takes at most 79 MB, 8 of them the hub's client, 9 the server's, and calls no compiler", () => {
  expect(sizeBytes(join(folder, "consumer", "node_modules"))).toBeLessThanOrEqual(79e6);
  run("npm", ["rebuild"]); // which runs scripts of packages, and node-gyp for a binding.gyp that means it
  expect(existsSync(compilerCalls)).toBe(false);
});

test("the command builds from the source in the package, and says what that lacks here", () => {
  expect(() => run("npx", ["corrsteer", "build"], { stdio: "pipe" })).toThrow("building needs CMake 3.20 or newer");
});

test("publint and attw find nothing wrong with the packages, which take at most 4.7 MB", () => {
  expect(tarballs.reduce((sum, file) => sum + sizeBytes(file), 0)).toBeLessThanOrEqual(4.7e6);
  for (const file of tarballs)
    expect(run("npm", ["run", "check:package", "--", file], { cwd: root })).toContain("All good!");
  // Node.js 10, the oldest that it asks about, knows of no `exports`; what is supported does.
  const attw = ["--yes", "--prefer-offline", ATTW, tarballs[0]!, "--no-emoji", "--profile", "node16"];
  run("npx", attw); // it fails over a problem
});

test("the packages have the licences of what others have written of them", () => {
  const notices = (...path: string[]) =>
    readFileSync(join(folder, "consumer", "node_modules", ...path, "THIRD-PARTY-NOTICES.txt"), "utf8");
  const ofPlatform = notices("@corrsteer", `${process.platform}-${process.arch}`);
  for (const part of [/^vega \S+ \(BSD/m, /^d3-array \S+ \(ISC\)/m]) expect(notices("corrsteer", "dist")).toMatch(part);
  for (const part of [/^node-addon-api \S+ \(MIT\)/m, /^llama\.cpp /m]) expect(ofPlatform).toMatch(part);
  expect(ofPlatform).toContain("The ggml authors");
});

test("the main package depends on each platform's of its own version", () => {
  const file = join(folder, "consumer", "node_modules", "corrsteer", "package.json");
  const { optionalDependencies } = JSON.parse(readFileSync(file, "utf8")) as Record<string, Record<string, string>>;
  const platforms = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"];
  expect(optionalDependencies).toEqual(Object.fromEntries(platforms.map((name) => [`@corrsteer/${name}`, version])));
});

test("all that is installed has a licence that was looked at, and is in the SBOM", () => {
  const sbom = join(folder, "sbom.json");

  const printed = run("node", [join(root, "scripts", "sbom.mjs"), ".", sbom]);

  const { bomFormat, components } = JSON.parse(readFileSync(sbom, "utf8")) as {
    bomFormat: string;
    components: { name: string }[];
  };
  expect(bomFormat).toBe("CycloneDX");
  const names = components.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      "corrsteer",
      "@corrsteer/linux-x64",
      "commander",
      "@node-llama-cpp/linux-x64",
      "vega",
      "node-addon-api",
    ]),
  );
  expect(printed.trim().split("\n")).toHaveLength(names.length);
});

describe("README.md", () => {
  testPage("README.md", () => ({
    folder: join(folder, "consumer"),
    run: (program, ...args) => run(program, args),
  }));
});

test("the command says its version, and what it finds on this machine", () => {
  expect(run("npx", ["corrsteer", "--version"]).trim()).toBe(version);
  expect(JSON.parse(run("npx", ["corrsteer", "doctor", "--json"]))).toEqual(expect.any(Object));
});

test("the command looks at the model in a child process, and generates", () => {
  const verdicts = join(folder, "cache", "corrsteer", "verdicts");
  const before = existsSync(verdicts) ? readdirSync(verdicts).length : 0; // of the models of README.md
  const args = ["corrsteer", "generate", "--model", model, "--prompt", "Hello", "--max-tokens", "4", "--json"];
  const { tokenIds } = JSON.parse(run("npx", args)) as { tokenIds: number[] };
  expect(tokenIds.length).toBeGreaterThan(0);
  expect(readdirSync(verdicts)).toHaveLength(before + 1);
});

test("the command does the whole job, and its report has its figures", () => {
  const demo = (name: string) => join(root, "demo", name);
  const job = [
    "--model",
    demo("model.gguf"),
    "--sae",
    demo("saes"),
    "--task",
    "jsonl",
    "--data",
    demo("questions.jsonl"),
  ];
  const sizes = ["--samples", "100", "--validation-samples", "20", "--test-samples", "20", "--threads", "1"];
  run("npx", ["corrsteer", "run", ...job, ...sizes, "--controls", "none", "--out", "run"]);
  const withFigures = ["corrsteer", "report", "run", "--figures", "svg,png"];
  expect(() => run("npx", withFigures, { stdio: "pipe" })).toThrow("npm install @resvg/resvg-js");
  run("npm", ["install", "--ignore-scripts", "--prefer-offline", "@resvg/resvg-js"]);
  run("npx", withFigures);

  const report = readFileSync(join(folder, "consumer", "run", "report.html"), "utf8");
  expect(report.match(/<svg role="img"/g)!.length).toBeGreaterThanOrEqual(6);
  expect(report).toContain('<script type="module">');
  expect(existsSync(join(folder, "consumer", "run", "figures", "rank.png"))).toBe(true);
});

const generation = `
  const model = await Model.load(process.argv[2]);
  const engine = await model.createEngine({ contextTokens: 256 });
  const { branches } = await engine.run({ prompt: model.tokenize("Hello"), branches: [{ maxTokens: 4 }] });
  console.log(branches[0].tokens.length);
  await model.dispose();`;

test("a program serves a model by an export of its own, and loads no server without it", () => {
  const source = `
    const { Model } = require("corrsteer");
    const loaded = () => Object.keys(require.cache).some((file) => file.includes("fastify"));
    const before = loaded();
    const { createServer } = require("corrsteer/server");
    (async () => {
      const model = await Model.load(process.argv[2]);
      const server = await createServer(model, { port: 0, name: "tiny" });
      const response = await fetch(await server.listen() + "/v1/models");
      console.log(JSON.stringify([before, loaded(), (await response.json()).data[0].id]));
      await server.close();
      await model.dispose();
    })();`;
  writeFileSync(join(folder, "consumer", "serving.cjs"), source);

  expect(JSON.parse(run(process.execPath, ["serving.cjs", model]))).toEqual([false, true, "tiny"]);
});

test.each([
  ["an ES module", "consumer.mjs", `import { Model } from "corrsteer";\n${generation}`],
  ["a CommonJS module", "consumer.cjs", `const { Model } = require("corrsteer");\n(async () => {${generation}\n})();`],
])("%s generates", (_, file, source) => {
  writeFileSync(join(folder, "consumer", file), source);
  expect(Number(run(process.execPath, [file, model]))).toBeGreaterThan(0);
});
