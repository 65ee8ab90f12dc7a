import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";

/** A repository: its files by their paths. */
export interface HubRepository {
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Of the commit that `main` is at. */
  readonly commit?: string;
  /** What has to be sent as the token: without it the repository is as if it were not there, or gated. */
  readonly token?: string;
  readonly isGated?: boolean;
}

/** A request as it came. */
export interface Asked {
  readonly server: "hub" | "store";
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
}

/** Answers in place of the server: true where it did. */
export type Fault = (asked: Asked, response: ServerResponse, bytes: Buffer | undefined) => boolean;

/**
 * A server that speaks the Hugging Face hub's protocol, and beside it the store, of another origin, to which it redirects
 * for files in LFS. Repositories are "user/name", and "datasets/user/name" for data sets.
 */
export interface HubServer {
  readonly url: string;
  readonly asked: Asked[];
  readonly repositories: Record<string, HubRepository>;
  /** What is wrong with it. */
  fault: Fault | undefined;
  /** Between pieces of 64 KiB of a file. */
  pauseMs: number;
  close(): Promise<void>;
}

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
/** As the hub, which keeps larger files in LFS, whatever its limit. */
const LFS_BYTES = 1000;
const PIECE_BYTES = 1 << 16;
const PAGE = 3;

export async function serveHub(repositories: Record<string, HubRepository>): Promise<HubServer> {
  const store = await listen("store", (asked, response) => {
    const [, repository, path] = /^\/store\/((?:datasets\/)?[^/]+\/[^/]+)\/([^?]+)/.exec(asked.path) ?? [];
    const bytes = hub.repositories[repository!]?.files[decodeURIComponent(path!)];
    if (!bytes || asked.headers.authorization !== undefined) return void response.writeHead(400).end();
    send(asked, response, Buffer.from(bytes), { etag: '"of the store"' });
  });
  const front = await listen("hub", (asked, response) => {
    const address = new URL(asked.path, "http://hub");
    const [, kind, id, rest] = /^\/api\/(models|datasets)\/([^/]+\/[^/]+)\/(.+)$/.exec(address.pathname) ?? [];
    if (id !== undefined) {
      answerApi(`${kind === "datasets" ? "datasets/" : ""}${id}`, rest!, address, asked, response);
      return;
    }
    const [, name, revision, path] =
      /^\/((?:datasets\/)?[^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(address.pathname) ?? [];
    if (name === undefined) {
      refuse(response, 404);
      return;
    }
    const repository = open(name, revision!, asked, response, true);
    if (!repository) return;
    const bytes = repository.files[decodeURIComponent(path!)];
    const { commit = COMMIT } = repository;
    if (!bytes) {
      refuse(response, 404, "EntryNotFound", { "x-repo-commit": commit });
      return;
    }
    const headers = { "x-repo-commit": commit, etag: `"${blobHash(bytes)}"` };
    if (!isLfs(bytes)) {
      send(asked, response, Buffer.from(bytes), headers);
      return;
    }
    const linked = { "x-linked-etag": `"${sha256(bytes)}"`, "x-linked-size": String(bytes.length) };
    const location = `${storeUrl}/store/${name}/${path!}?signature=secret`;
    response.writeHead(302, { "x-repo-commit": commit, ...linked, location }).end();
  });
  const storeUrl = urlOf(store);

  const hub: HubServer = {
    url: urlOf(front),
    asked: [],
    repositories,
    fault: undefined,
    pauseMs: 0,
    close: async () => {
      await Promise.all([close(front), close(store)]);
    },
  };
  return hub;

  function listen(server: Asked["server"], answer: (asked: Asked, response: ServerResponse) => void): Promise<Server> {
    const listening = createServer(({ method = "", url: path = "", headers }, response) => {
      const asked = { server, method, path, headers };
      hub.asked.push(asked);
      response.on("error", () => undefined);
      if (!hub.fault?.(asked, response, fileOf(asked))) answer(asked, response);
    });
    return new Promise((resolve) => listening.listen(0, "127.0.0.1", () => resolve(listening)));
  }

  /** The file that a request is for, with the server that has its bytes. */
  function fileOf({ path }: Asked): Buffer | undefined {
    const [, repository, file] =
      /^\/(?:store\/)?((?:datasets\/)?[^/]+\/[^/]+)\/(?:resolve\/[^/]+\/)?([^?]+)/.exec(path) ?? [];
    const bytes = hub.repositories[repository!]?.files[decodeURIComponent(file ?? "")];
    return bytes && Buffer.from(bytes);
  }

  /** The repository, or undefined where it was refused. */
  function open(name: string, revision: string, asked: Asked, response: ServerResponse, isFile = false) {
    const repository = hub.repositories[name];
    const isAllowed = repository?.token === undefined || asked.headers.authorization === `Bearer ${repository.token}`;
    const { commit = COMMIT, isGated = false } = repository ?? {};
    if (!repository || (!isAllowed && !isGated)) refuse(response, 401, "RepoNotFound");
    else if (!isAllowed && isFile) refuse(response, asked.headers.authorization === undefined ? 401 : 403, "GatedRepo");
    else if (revision !== "main" && revision !== commit) refuse(response, 404, "RevisionNotFound");
    else return repository;
    return undefined;
  }

  function answerApi(name: string, rest: string, address: URL, asked: Asked, response: ServerResponse): void {
    const [, what, revision] = /^(revision|tree)\/([^/]+)$/.exec(rest) ?? [];
    if (what === undefined) {
      refuse(response, 404);
      return;
    }
    const repository = open(name, decodeURIComponent(revision!), asked, response);
    if (!repository) return;
    const files = Object.entries(repository.files);
    if (what === "revision") {
      const siblings = files.map(([rfilename]) => ({ rfilename }));
      json(response, { _id: "1", id: name, sha: repository.commit ?? COMMIT, siblings });
      return;
    }
    const begin = Number(address.searchParams.get("cursor") ?? 0);
    const next = new URL(asked.path, hub.url);
    next.searchParams.set("cursor", String(begin + PAGE));
    const more = begin + PAGE < files.length ? { link: `<${next.href}>; rel="next"` } : {};
    json(response, files.slice(begin, begin + PAGE).map(listed), more);
  }

  async function sendPieces(response: ServerResponse, bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !response.destroyed; at += PIECE_BYTES) {
      response.write(bytes.subarray(at, at + PIECE_BYTES));
      await new Promise((resolve) => setTimeout(resolve, hub.pauseMs));
    }
    response.end();
  }

  function send(
    { method, headers }: Asked,
    response: ServerResponse,
    bytes: Buffer,
    own: Record<string, string>,
  ): void {
    const begin = Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0);
    const end = Math.min(bytes.length, Number(/-(\d+)$/.exec(headers.range ?? "")?.[1] ?? bytes.length - 1) + 1);
    if (headers.range !== undefined && begin >= bytes.length) return void response.writeHead(416).end();
    const part = bytes.subarray(begin, end);
    const range = { "content-range": `bytes ${begin}-${end - 1}/${bytes.length}` };
    const isPart = headers.range !== undefined;
    const all = { ...own, "content-length": String(part.length), ...(isPart && range), "accept-ranges": "bytes" };
    response.writeHead(isPart ? 206 : 200, all);
    if (method === "HEAD") response.end();
    else if (hub.pauseMs > 0) void sendPieces(response, part);
    else response.end(part);
  }
}

/** What the files in a folder are as a repository. */
export function repositoryOf(folder: string): HubRepository {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return { files: Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path)])) };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Git's. */
export function blobHash(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function isLfs(bytes: Uint8Array): boolean {
  return bytes.length >= LFS_BYTES;
}

function listed([path, bytes]: [string, Uint8Array]) {
  const size = bytes.length;
  const lfs = { oid: sha256(bytes), size, pointerSize: 130 };
  return { type: "file", path, size, oid: blobHash(bytes), ...(isLfs(bytes) && { lfs }) };
}

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code?: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...(code !== undefined && { "x-error-code": code }), ...headers }).end();
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
