// Adds to package-lock.json the platform packages that the registry at hand does not carry, as npm writes them where it
// does: `npm ci` demands an entry for every optional dependency, whichever platform it runs on. A platform package's name
// says what it is for. Run it after each `npm install` that rewrote the lock file.
import { readFileSync, writeFileSync } from "node:fs";

const SYSTEMS = {
  android: "android",
  darwin: "darwin",
  freebsd: "freebsd",
  linux: "linux",
  mac: "darwin",
  openharmony: "openharmony",
  win: "win32",
  win32: "win32",
};
const PROCESSORS = {
  arm: "arm",
  arm64: "arm64",
  armv7: "arm",
  ia32: "ia32",
  loong64: "loong64",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  wasm32: "wasm32",
  x64: "x64",
};

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const hoisted = `node_modules/${name}`;
    if (lock.packages[hoisted] ?? lock.packages[`${path}/${hoisted}`]) continue;
    const words = name.split("/").at(-1).split("-");
    const os = words.map((word) => SYSTEMS[word]).filter(Boolean);
    const cpu = words.map((word) => PROCESSORS[word]).filter(Boolean);
    if (os.length === 0 && cpu.length === 0) throw new Error(`${name}: its name does not say its platform`);
    lock.packages[hoisted] = {
      version,
      ...(cpu.length && { cpu }),
      ...(!lock.packages[""].optionalDependencies[name] && { dev: true }),
      optional: true,
      ...(os.length && { os }),
    };
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
lock.packages = Object.fromEntries(sorted);
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
