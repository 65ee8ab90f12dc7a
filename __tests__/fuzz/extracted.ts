import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { TensorPlace } from "../../lib/native/tensor-place";
import { containerFile, contentsOf, goldenContents } from "../support/containers";
import { dict, storage, tensor } from "../support/pickle";
import { parseZip, writeZip, type ZipLayout } from "../support/zip-layout";
import { built } from "./built";
import { pick } from "./bytes";
import type { Kind } from "./kind";
import { mutateFile } from "./mutate-file";
import { replaceData } from "./zip";

const { readNpz } = built("./files/npz.js") as typeof import("../../lib/files/npz");
const { readTorchFile } = built("./files/torch/torch-file.js") as typeof import("../../lib/files/torch/torch-file");

/** Archives of which one thing is taken out, and what that is: each that is more takes its time of every mutant. */
interface Source {
  readonly tensor: string;
  readonly change: (layout: ZipLayout) => void;
}
const SOURCES: Readonly<Record<string, Source>> = {
  "deflated.npz": {
    tensor: "W_enc",
    change: ({ members }) => {
      members.splice(0, members.length, ...members.filter(({ name }) => name === "W_enc.npy"));
    },
  },
  "views.pt": {
    tensor: "every-other",
    change: ({ members }) => {
      const view = tensor(storage("0", 24), 0, [6, 2], [4, 2]);
      replaceData(
        members.find(({ name }) => name.endsWith("data.pkl"))!,
        dict({ "every-other": view }),
      );
    },
  },
};
/** What a file's clock takes to tell two writes apart: its hash is kept then. */
const SETTLED_MS = 2100;

/** What lies in the cache of a source, by its path there. */
const whole = new Map<string, ReadonlyMap<string, Buffer>>();
/** Of which source what was damaged last. */
let [source, damaged]: [string, readonly string[]] = ["", []];

/** The cache of what was taken out of files: however it is damaged, what is read is what is in the file. */
export const extracted: Kind = {
  async prepare(folder) {
    const cache = cacheIn(folder);
    for (const [name, { change }] of Object.entries(SOURCES)) {
      const layout = parseZip(readFileSync(containerFile(name)));
      change(layout);
      writeFileSync(join(folder, name), writeZip(layout));
    }
    await sleep(SETTLED_MS);
    for (const name of Object.keys(SOURCES)) {
      const before = filesOf(cache);
      await read(join(folder, name));
      const made = filesOf(cache).filter((path) => !before.includes(path));
      whole.set(name, new Map(made.map((path) => [path, readFileSync(join(cache, path))])));
    }
  },

  originals: Object.keys(SOURCES),

  put(name, folder) {
    restore(cacheIn(folder));
    source = name;
  },

  make(random, folder) {
    const cache = cacheIn(folder);
    extracted.put(pick(random, Object.keys(SOURCES)), folder);
    const paths = [...whole.get(source)!.keys()];
    damaged = [...new Set([pick(random, paths), pick(random, paths)].slice(random(2)))];
    const changes = damaged.map((name) => {
      const path = join(cache, name);
      const what = random(6) === 0 ? replaceByLink(path, join(cache, pick(random, paths))) : mutateFile(path, random);
      return `${name}: ${what}`;
    });
    const sizeBytes = [...whole.get(source)!.values()].reduce((sum, bytes) => sum + bytes.length, 0);
    return { name: changes.join("; "), sizeBytes };
  },

  async open(folder) {
    const contents = await contentsOf(await read(join(folder, source)));
    const { tensor } = SOURCES[source]!;
    const expected = { [tensor]: goldenContents(source)[tensor] };
    if (!isDeepStrictEqual(contents, expected)) throw new Error(`${source} has other numbers`);
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
    writeFileSync(join(cache, name), whole.get(source)!.get(name)!);
  }
  damaged = [];
}

function replaceByLink(path: string, to: string): string {
  rmSync(path);
  symlinkSync(to, path);
  return `a link to ${to}`;
}

/** By their paths in it. */
function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}
