import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { libraryDirectory, pinnedVersion } from "../../lib/native/platform";

const root = join(__dirname, "..", "..");
const onLinux = process.platform === "linux" && process.arch === "x64" ? test : test.skip;
const NAME = "@node-llama-cpp/linux-x64-vulkan";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "corrsteer-install-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** A project with corrsteer in it, built as it is here, and an npm that copies what it is asked for from `packages`. */
function makeProject(): { project: string; main: string } {
  const project = join(folder, "project");
  const corrsteer = join(project, "node_modules", "corrsteer");
  cpSync(join(root, "dist"), join(corrsteer, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(corrsteer, "package.json"));
  symlinkSync(join(root, "node_modules"), join(corrsteer, "node_modules"));
  writeFileSync(join(project, "package.json"), "{}");
  const npm = `#!/bin/sh
echo "$@" > npm-arguments
name="\${3%@*}"
[ -d "${folder}/packages/$name" ] || exit 7
mkdir -p node_modules/@node-llama-cpp && cp -r "${folder}/packages/$name" "node_modules/$name"
`;
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "bin", "npm"), npm);
  chmodSync(join(folder, "bin", "npm"), 0o755);
  return { project, main: join(corrsteer, "dist", "cli", "main.js") };
}

/** What the platform's own package looks like to the loader, under another name. */
function makePackage(): void {
  const own = libraryDirectory(root)!;
  const made = join(folder, "packages", NAME);
  for (const part of ["package.json", "dist"]) {
    cpSync(join(own, "..", "..", part), join(made, part), { recursive: true });
  }
  mkdirSync(join(made, "bins", "linux-x64-vulkan"), { recursive: true });
}

function corrsteer(main: string, cwd: string) {
  const PATH = [join(folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
  return spawnSync(process.execPath, [main, "install", "vulkan"], {
    cwd,
    encoding: "utf8",
    env: { ...process.env, PATH },
  });
}

onLinux("runs the project's npm for the pinned version, and says what it runs", () => {
  const { project, main } = makeProject();
  makePackage();
  const { status, stdout } = corrsteer(main, project);
  const command = `install --save-exact ${NAME}@${pinnedVersion()}`;
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining(`npm ${command}\n`) });
  expect(readFileSync(join(project, "npm-arguments"), "utf8")).toBe(`${command}\n`);
});

onLinux("an npm that fails is said with its ending", () => {
  const { project, main } = makeProject();
  expect(corrsteer(main, project)).toMatchObject({ status: 1, stderr: expect.stringMatching(/ERR_NATIVE_LOAD .* 7/) });
});

onLinux("a folder that this corrsteer is not installed in is refused before npm runs", () => {
  const { main } = makeProject();
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  expect(corrsteer(main, elsewhere)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("npm install corrsteer"),
  });
});
