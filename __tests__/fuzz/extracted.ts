import { copyFileSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { TensorPlace } from "../../lib/native/tensor-place";
import { containerFile, contentsOf, goldenContents } from "../support/containers";
import { built } from "./built";
import { pick } from "./bytes";
import type { Kind } from "./kind";
import { mutateFile } from "./mutate-file";

const { readNpz } = built("./files/npz.js") as typeof import("../../lib/files/npz");
const { readTorchFile } = built("./files/torch/torch-file.js") as typeof import("../../lib/files/torch/torch-file");

/** Those of which something is taken out. */
const SOURCES = ["deflated.npz", "views.pt"];
/** What a file's clock takes to tell two writes apart: its hash is kept then. */
const SETTLED_MS = 2100;

/** What lies in the cache, by its path there. */
const whole = new Map<string, Buffer>();
let damaged: readonly string[] = [];

/** The cache of what was taken out of files: however it is damaged, what is read is what is in the file. */
export const extracted: Kind = {
  async prepare(folder) {
    for (const source of SOURCES) copyFileSync(containerFile(source), join(folder, source));
    await sleep(SETTLED_MS);
    for (const source of SOURCES) await read(join(folder, source));
    for (const path of filesOf(cacheIn(folder))) whole.set(relative(cacheIn(folder), path), readFileSync(path));
  },

  originals: SOURCES,
  put: (_, folder) => restore(cacheIn(folder)),

  make(random, folder) {
    const cache = cacheIn(folder);
    restore(cache);
    const paths = [...whole.keys()];
    damaged = [...new Set([pick(random, paths), pick(random, paths)].slice(random(2)))];
    const changes = damaged.map((name) => {
      const path = join(cache, name);
      const what = random(6) === 0 ? replaceByLink(path, join(cache, pick(random, paths))) : mutateFile(path, random);
      return `${name}: ${what}`;
    });
    const sizeBytes = [...whole.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    return { name: changes.join("; "), sizeBytes };
  },

  async open(folder) {
    for (const source of SOURCES) {
      const contents = await contentsOf(await read(join(folder, source)));
      if (!isDeepStrictEqual(contents, goldenContents(source))) throw new Error(`${source} has other numbers`);
    }
  },
};

const cacheIn = (folder: string) => join(folder, "cache");

async function read(path: string): Promise<readonly TensorPlace[]> {
  return path.endsWith(".npz") ? await readNpz(path) : (await readTorchFile(path)).tensors;
}

/** Puts back what was damaged last; what was opened then is as it was. */
function restore(cache: string): void {
  for (const name of damaged) {
    rmSync(join(cache, name), { recursive: true, force: true });
    writeFileSync(join(cache, name), whole.get(name)!);
  }
  damaged = [];
}

function replaceByLink(path: string, to: string): string {
  rmSync(path);
  symlinkSync(to, path);
  return `a link to ${to}`;
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
}
