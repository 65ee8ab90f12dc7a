import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { basename, join, sep } from "node:path";
import type { Fetched } from "../../lib/hub/fetch-model";
import { blobHash, serveHub, sha256, type Asked, type HubServer } from "../support/hub-server";
import { built } from "./built";
import { pick } from "./bytes";
import { FolderCopy } from "./folder-copy";
import { changeAnswer, type Said } from "./hub-answers";
import { changeHubCache } from "./hub-cache";
import type { Kind } from "./kind";

const { fetchModel } = built("./hub/fetch-model.js") as typeof import("../../lib/hub/fetch-model");
const { fetchFolder } = built("./hub/fetch-folder.js") as typeof import("../../lib/hub/fetch-folder");

/** Every other one lies in the store, as what is beyond a thousand bytes does; it takes two pages to list them. */
const PATHS = ["layer_0/cfg.json", "layer_0/params.npz", "model-Q4_0.gguf", "model-Q8_0.gguf"];
const SIZES = [300, 1500];
const FILES = Object.fromEntries(PATHS.map((path, i) => [path, Buffer.alloc(SIZES[i % 2]!, path)]));

const OPTIONS = { patience: { attempts: 2, firstWaitMs: 0, longestWaitMs: 1 } };
const ASKS: Readonly<Record<string, () => Promise<Fetched>>> = {
  model: () => fetchModel("hf:user/repo:Q8_0", OPTIONS),
  folder: () => fetchFolder("hf:user/repo/layer_0", () => true, OPTIONS),
};

const SECRET = "hf_secret";
const cacheIn = (folder: string) => join(folder, "hub");
const elsewhereIn = (folder: string) => SIZES.map((size) => join(folder, "elsewhere", String(size)));

let server: HubServer;
/** The cache when all has been fetched. */
let whole: FolderCopy;
/** What is said to a request when nothing is wrong, of each way to ask. */
const usual = new Map<string, Map<string, Said>>();
let mutant: { ask: string; changed?: readonly [string, Said]; isDamaged: boolean };

/** What the hub answers, and what lies in its cache: nothing is read or written elsewhere, and what came is what it is said to be. */
export const hub: Kind = {
  async prepare(folder) {
    if (usual.size > 0) return;
    server = await serveHub({ "user/repo": { files: FILES } });
    Object.assign(process.env, { HF_ENDPOINT: server.url, HF_HUB_CACHE: cacheIn(folder), HF_TOKEN: SECRET });
    mkdirSync(join(folder, "elsewhere"), { recursive: true });
    for (const path of elsewhereIn(folder)) writeFileSync(path, Buffer.alloc(Number(basename(path)), SECRET));
    for (const [name, ask] of Object.entries(ASKS)) usual.set(name, await listen(ask));
    whole = FolderCopy.of(cacheIn(folder));
  },

  originals: Object.keys(ASKS),

  put(ask, folder) {
    mutant = { ask, isDamaged: false };
    rmSync(cacheIn(folder), { recursive: true, force: true });
  },

  make(random, folder) {
    hub.put(pick(random, Object.keys(ASKS)), folder);
    const { ask } = mutant;
    if (random(3) === 0) {
      whole.write(cacheIn(folder));
      mutant.isDamaged = true;
      return { name: `${ask}: ${changeHubCache(cacheIn(folder), elsewhereIn(folder), random)}`, sizeBytes: 4000 };
    }
    const [asked, said] = pick(random, [...usual.get(ask)!]);
    if (random(4) > 0) whole.write(cacheIn(folder), (path) => isBrought(path, asked));
    const changed = changeAnswer(said, server.url, random);
    mutant.changed = [asked, changed.said];
    return { name: `${ask}: ${asked}: ${changed.name}`, sizeBytes: changed.said.body.length };
  },

  async open(folder) {
    server.asked.length = 0;
    server.fault = (asked, response) => isOther(asked, response);
    try {
      const { path } = await ASKS[mutant.ask]!();
      requireWhole(path, cacheIn(folder));
    } finally {
      requireUntouched(folder);
    }
  },
};

const keyOf = ({ server, path }: Asked) => `${server} ${path}`;

/** Whether something in the cache is there for an answer: with the rest of it, nothing else is asked for. */
function isBrought(path: string, asked: string): boolean {
  const part = / \/api\/.*\/(revision|tree)\//.exec(asked)?.[1];
  if (part === "revision") return path.includes(`${sep}refs${sep}`);
  if (part === "tree") return path.includes(`${sep}trees${sep}`);
  const [file, bytes] = Object.entries(FILES).find(([name]) => asked.includes(name))!;
  return path.endsWith(sep + file) || [sha256(bytes), blobHash(bytes)].includes(basename(path));
}

function isOther(asked: Asked, response: ServerResponse): boolean {
  const [key, said] = mutant.changed ?? [];
  if (said === undefined || key !== keyOf(asked)) return false;
  response.shouldKeepAlive = false; // it may say that more is to come
  response.writeHead(said.status, said.headers).end(said.body);
  return true;
}

/** What is asked for, and said. */
async function listen(ask: () => Promise<unknown>): Promise<Map<string, Said>> {
  server.asked.length = 0;
  await ask();
  const answers = new Map<string, Said>();
  let store = "";
  for (const asked of [...server.asked].sort((a, b) => (a.server < b.server ? -1 : 1))) {
    const address = (asked.server === "store" ? store : server.url) + asked.path;
    const response = await fetch(address, { redirect: "manual" });
    const { connection: _, ...headers } = Object.fromEntries(response.headers);
    if (headers["location"]) store = new URL(headers["location"]).origin;
    answers.set(keyOf(asked), { status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) });
  }
  return answers;
}

/** @throws where something of it is not in the cache, or not by its hash */
function requireWhole(path: string, cache: string): void {
  const isFolder = statSync(path).isDirectory();
  const names = isFolder ? readdirSync(path, { recursive: true, encoding: "utf8" }) : [""];
  for (const name of names) {
    const real = realpathSync(join(path, name));
    if (!real.startsWith(realpathSync(cache) + sep)) throw new Error(`${name || path} is ${real}`);
    if (statSync(real).isDirectory() || mutant.isDamaged) continue;
    const bytes = readFileSync(real);
    if (![sha256(bytes), blobHash(bytes)].includes(basename(real))) throw new Error(`${name || path} is other bytes`);
  }
}

function requireUntouched(folder: string): void {
  const expected = ["cache", "elsewhere", "hub"];
  const stray = readdirSync(folder).filter((name) => !expected.includes(name));
  const secrets = readdirSync(join(folder, "elsewhere"));
  const isOther = elsewhereIn(folder).some(
    (path) => !readFileSync(path).equals(Buffer.alloc(Number(basename(path)), SECRET)),
  );
  if (stray.length > 0 || secrets.length !== SIZES.length || isOther)
    throw new Error(`written elsewhere: ${[...stray, ...secrets].join(", ")}`);
  if (server.asked.some(({ server, headers }) => server === "store" && headers.authorization !== undefined))
    throw new Error("the store was told the token");
}
