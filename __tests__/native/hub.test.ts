import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fetchFolder } from "../../lib/hub/fetch-folder";
import { fetchModel } from "../../lib/hub/fetch-model";
import type { Download, FetchOptions } from "../../lib/hub/fetch-files";
import type { Progress } from "../../lib/progress";
import { COMMIT, serveHub, sha256, type Fault, type HubServer } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

const MODEL = randomBytes(300_000);
const SMALL = Buffer.from("{}");
const TOKEN = "hf_thisIsASecret";
const PATIENT = { patience: { attempts: 4, firstWaitMs: 1, longestWaitMs: 2000 } };

const root = temporaryFolder();
let hub: HubServer;
let home: string;
let nth = 0;
const before = { ...process.env };

beforeEach(async () => {
  hub = await serveHub({
    "user/repo": { files: { "a-Q4_K_M.gguf": MODEL, "README.md": SMALL, "b-Q8_0.gguf": randomBytes(2000) } },
    "user/saes": {
      files: Object.fromEntries(
        [0, 1, 2].flatMap((layer) => [
          [`layer_${layer}/cfg.json`, Buffer.from(`{"layer":${layer}}`)],
          [`layer_${layer}/sae_weights.safetensors`, randomBytes(5000)],
        ]),
      ),
    },
    "user/gated": { files: { "a.gguf": MODEL }, token: TOKEN, isGated: true },
    "user/private": { files: { "a.gguf": MODEL }, token: TOKEN },
  });
  home = join(root, String(nth++));
  Object.assign(process.env, { HF_HOME: home, XDG_CACHE_HOME: home, HF_ENDPOINT: hub.url });
  for (const name of ["HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE", "HF_TOKEN_PATH"]) delete process.env[name];
});
afterEach(async () => {
  await hub.close();
  process.env = { ...before };
});

const repository = (name = "user/repo") => join(home, "hub", `models--${name.replace("/", "--")}`);
const fetched = async (source = "hf:user/repo:Q4_K_M", options: FetchOptions = {}) =>
  (await fetchModel(source, { ...PATIENT, ...options })).path;
const failure = async (source?: string, options?: FetchOptions) =>
  fetched(source, options).catch((error: unknown) => error as Error & { code: string });
const hashAt = (path: string) => sha256(readFileSync(path));
const paths = () => hub.asked.map(({ server, path }) => `${server} ${path.replace(/\?.*/, "")}`);
const bytesAsked = () => hub.asked.filter(({ path }) => path.startsWith("/store/"));

/** Lets the first `n` requests for the model's bytes fail. */
function failing(n: number, fault: Fault): Fault {
  return (asked, response, bytes) => asked.path.startsWith("/store/") && n-- > 0 && fault(asked, response, bytes);
}
const cutAfter =
  (size: number): Fault =>
  ({ headers }, response, bytes) => {
    const begin = Number(/\d+/.exec(headers.range ?? "")?.[0] ?? 0);
    const range = { "content-range": `bytes ${begin}-${bytes!.length - 1}/${bytes!.length}` };
    response.writeHead(headers.range ? 206 : 200, { "content-length": bytes!.length - begin, ...range });
    response.write(bytes!.subarray(begin, begin + size));
    setTimeout(() => response.destroy(), 300); // what is not read by then is lost
    return true;
  };
const answering =
  (status: number, headers: Record<string, string> = {}, body?: Buffer): Fault =>
  (_asked, response) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

describe("a model of the hub", () => {
  it("lies in the cache that programs share: a blob by its hash, a link for the commit, what main was, what there is", async () => {
    const path = await fetched();
    expect(path).toBe(join(repository(), "snapshots", COMMIT, "a-Q4_K_M.gguf"));
    expect(hashAt(path)).toBe(sha256(MODEL));
    expect(readlinkSync(path)).toBe(join("..", "..", "blobs", sha256(MODEL)));
    expect(lstatSync(join(repository(), "blobs", sha256(MODEL))).isFile()).toBe(true);
    expect(readdirSync(join(repository(), "blobs"))).toEqual([sha256(MODEL)]);
    expect(readFileSync(join(repository(), "refs", "main"), "utf8")).toBe(COMMIT);
    const tree = JSON.parse(readFileSync(join(repository(), "trees", `${COMMIT}.json`), "utf8")) as { files: object };
    expect(tree.files).toMatchObject({ "a-Q4_K_M.gguf": { size: MODEL.length, lfs_sha256: sha256(MODEL) } });
  });

  it("is downloaded once, and found without the hub; by its commit nothing is asked", async () => {
    const { path, reference } = await fetchModel("hf:user/repo:Q4_K_M");
    expect(reference).toBe(`hf:user/repo/a-Q4_K_M.gguf@${COMMIT}`);
    expect(bytesAsked()).toHaveLength(1);
    expect(await fetched()).toBe(path);
    expect(bytesAsked()).toHaveLength(1);
    const n = hub.asked.length;
    expect(await fetched(reference)).toBe(path);
    process.env["HF_HUB_OFFLINE"] = "1";
    expect(await fetched()).toBe(path);
    expect(hub.asked).toHaveLength(n);
    expect(await failure("hf:user/repo:Q8_0")).toMatchObject({ code: "ERR_HUB_OFFLINE" });
    expect(await failure("hf:user/saes")).toMatchObject({ code: "ERR_HUB_OFFLINE" });
  });

  it("is what main was, where the hub cannot be reached or has too much to do", async () => {
    const path = await fetched();
    hub.fault = answering(503);
    expect(await fetched()).toBe(path);
    await hub.close();
    expect(await fetched()).toBe(path);
    expect(await failure("hf:user/saes")).toMatchObject({ code: "ERR_DOWNLOAD" });
    hub = await serveHub({});
  });

  it("is of the next commit when main has moved, without a second copy of the same bytes", async () => {
    await fetched();
    const commit = "f".repeat(40);
    hub.repositories["user/repo"] = { ...hub.repositories["user/repo"]!, commit };
    expect(await fetched()).toBe(join(repository(), "snapshots", commit, "a-Q4_K_M.gguf"));
    expect(bytesAsked()).toHaveLength(1);
  });

  it("tells of its size and place before, and of its progress", async () => {
    const told: (Download | Progress)[] = [];
    const tell = (it: Download | Progress) => void told.push(it);
    await fetched("hf:user/repo:Q4_K_M", { onDownload: tell, onProgress: tell });
    const sizeBytes = MODEL.length;
    expect(told[0]).toEqual({ reference: `hf:user/repo@${COMMIT}`, nFiles: 1, sizeBytes, folder: repository() });
    expect(told[1]).toMatchObject({ done: 0, total: sizeBytes, unit: "bytes" });
    expect(told.at(-1)).toMatchObject({ done: sizeBytes, total: sizeBytes });
    told.length = 0;
    await fetched("hf:user/repo:Q4_K_M", { onDownload: tell, onProgress: tell });
    expect(told).toEqual([]);
  });

  it("is of any file that git keeps itself too", async () => {
    hub.repositories["user/tiny"] = { files: { "a.gguf": SMALL } };
    const path = await fetched("hf:user/tiny");
    const hash = createHash("sha1").update("blob 2\0{}").digest("hex");
    expect(readlinkSync(path)).toBe(join("..", "..", "blobs", hash));
    expect(bytesAsked()).toEqual([]);
  });

  it("may be in parts", async () => {
    const names = ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"];
    hub.repositories["user/parts"] = { files: { [names[0]!]: randomBytes(1500), [names[1]!]: randomBytes(1600) } };
    const path = await fetched("hf:user/parts");
    expect(readdirSync(join(path, ".."))).toEqual(names);
    expect(path.endsWith(names[0]!)).toBe(true);
  });
});

describe("a download", () => {
  it("goes on where it was cut, and asks for the rest alone", async () => {
    hub.fault = failing(3, cutAfter(50_000));
    expect(hashAt(await fetched())).toBe(sha256(MODEL));
    expect(bytesAsked().map(({ headers }) => headers.range)).toEqual([
      undefined,
      "bytes=50000-",
      "bytes=100000-",
      "bytes=150000-",
    ]);
  });

  it("goes on from what another process left, in the place where Python's library left it too", async () => {
    mkdirSync(join(repository(), "blobs"), { recursive: true });
    writeFileSync(join(repository(), "blobs", `${sha256(MODEL)}.incomplete`), MODEL.subarray(0, 123_456));
    expect(hashAt(await fetched())).toBe(sha256(MODEL));
    expect(bytesAsked().map(({ headers }) => headers.range)).toEqual(["bytes=123456-"]);
  });

  it("begins again where what was left is something else", async () => {
    mkdirSync(join(repository(), "blobs"), { recursive: true });
    const partial = join(repository(), "blobs", `${sha256(MODEL)}.incomplete`);
    for (const left of [randomBytes(1000), randomBytes(MODEL.length), randomBytes(MODEL.length + 1)]) {
      rmSync(join(repository(), "blobs", sha256(MODEL)), { force: true });
      writeFileSync(partial, left);
      expect(hashAt(await fetched())).toBe(sha256(MODEL));
    }
    expect(existsSync(partial)).toBe(false);
  });

  it("begins again where the server knows no ranges, and gives up where that is always cut", async () => {
    const withoutRanges: Fault = ({ headers }, response, bytes) => {
      delete headers.range;
      return cutAfter(70_000)({ headers } as never, response, bytes);
    };
    hub.fault = failing(2, withoutRanges);
    expect(hashAt(await fetched())).toBe(sha256(MODEL));
    rmSync(home, { recursive: true });
    hub.fault = failing(Infinity, withoutRanges);
    expect(await failure()).toMatchObject({ code: "ERR_DOWNLOAD" });
  });

  it.each([429, 500, 503])("is tried again after HTTP %d", async (status) => {
    hub.fault = failing(2, answering(status, { "retry-after": "0" }));
    expect(hashAt(await fetched())).toBe(sha256(MODEL));
    expect(bytesAsked()).toHaveLength(3);
  });

  it("waits as long as it is asked to, and no longer than is bearable", async () => {
    hub.fault = failing(1, answering(429, { "retry-after": "1" }));
    const begin = performance.now();
    await fetched();
    expect(performance.now() - begin).toBeGreaterThan(990);
    rmSync(home, { recursive: true });
    hub.fault = failing(1, answering(429, { "retry-after": "3600" }));
    expect(await failure()).toMatchObject({
      code: "ERR_DOWNLOAD",
      details: { status: 429 },
      message: expect.stringContaining("3600 s") as string,
    });
  });

  it("gives up in the end", async () => {
    hub.fault = failing(Infinity, answering(500));
    expect(await failure()).toMatchObject({ code: "ERR_DOWNLOAD", details: { status: 500 } });
    expect(bytesAsked()).toHaveLength(PATIENT.patience.attempts);
  });

  it.each([
    ["other bytes", failing(9, answering(200, {}, randomBytes(MODEL.length)))],
    ["too many bytes", failing(9, answering(200, {}, randomBytes(MODEL.length + 1)))],
    ["another part", failing(9, answering(206, { "content-range": "bytes 5-9/300000" }, randomBytes(5)))],
  ] as const)("of %s is refused, and nothing of it kept as the file", async (_, fault) => {
    hub.fault = fault;
    expect(await failure()).toMatchObject({ code: "ERR_DOWNLOAD" });
    expect(existsSync(join(repository(), "snapshots"))).toBe(false);
    hub.fault = undefined;
    expect(hashAt(await fetched())).toBe(sha256(MODEL));
  });

  it("ends when it is aborted, and goes on from there", async () => {
    hub.pauseMs = 5;
    const controller = new AbortController();
    const onProgress = ({ done }: Progress) => {
      if (done > 100_000) controller.abort(new Error("enough"));
    };
    expect(await failure(undefined, { signal: controller.signal, onProgress })).toMatchObject({ message: "enough" });
    const { size } = statSync(join(repository(), "blobs", `${sha256(MODEL)}.incomplete`));
    expect(size).toBeGreaterThan(100_000);
    hub.pauseMs = 0;
    await fetched();
    expect(bytesAsked().at(-1)!.headers.range).toBe(`bytes=${size}-`);
  });

  it("ends with what a callback throws", async () => {
    const onDownload = () => {
      throw new Error("no");
    };
    expect(await failure(undefined, { onDownload })).toMatchObject({ message: "no" });
    expect(bytesAsked()).toEqual([]);
  });

  it("is one for two that want the same at once", async () => {
    hub.pauseMs = 2;
    const [first, second] = await Promise.all([fetched(), fetched()]);
    expect(first).toBe(second);
    expect(bytesAsked()).toHaveLength(1);
  });
});

describe("access", () => {
  it("to a gated repository says what to do, with and without a token, and never shows it", async () => {
    const without = await failure("hf:user/gated");
    expect(without).toMatchObject({ code: "ERR_HUB_ACCESS", details: { status: 401 } });
    process.env["HF_TOKEN"] = "hf_ofSomebodyElse";
    const other = await failure("hf:user/gated");
    expect(other).toMatchObject({ code: "ERR_HUB_ACCESS", details: { status: 403 } });
    for (const error of [without, other] as Error[]) {
      expect(error.message).toContain(`${hub.url}/user/gated`);
      expect(error.message).toContain("HF_TOKEN");
      expect(JSON.stringify([error.message, error])).not.toContain("hf_of");
    }
  });

  it("is by HF_TOKEN or its file, for the hub and no other origin", async () => {
    process.env["HF_TOKEN"] = TOKEN;
    await fetched("hf:user/gated");
    delete process.env["HF_TOKEN"];
    writeFileSync(join(home, "token"), `${TOKEN}\n`);
    await fetched("hf:user/private");
    const sent = hub.asked.map(({ server, headers }) => `${server} ${headers.authorization ?? "none"}`);
    expect(new Set(sent)).toEqual(new Set([`hub Bearer ${TOKEN}`, "store none"]));
  });

  it.each([
    ["hf:user/none", "hf:user/none"],
    ["hf:user/private", "HF_TOKEN"],
    ["hf:user/repo:Q4_K_M@v9", "v9"],
    ["hf:user/repo/none.gguf", "a-Q4_K_M.gguf"],
  ])("to %s: it is not there", async (source, word) => {
    expect(await failure(source)).toMatchObject({
      code: "ERR_HUB_NOT_FOUND",
      message: expect.stringContaining(word) as string,
    });
  });

  it("to a file that the hub lists and does not have", async () => {
    hub.fault = ({ path }, response) =>
      path.includes("/resolve/") &&
      answering(404, { "x-error-code": "EntryNotFound" })({} as never, response, undefined);
    expect(await failure()).toMatchObject({
      code: "ERR_HUB_NOT_FOUND",
      message: expect.stringContaining("a-Q4_K_M.gguf") as string,
    });
  });
});

describe("a folder of the hub", () => {
  const isOf = (layer: number) => (path: string) => path.startsWith(`layer_${layer}/`);

  it("has what was wanted of it, and no other", async () => {
    const { path, reference } = await fetchFolder("hf:user/saes", isOf(1));
    expect(reference).toBe(`hf:user/saes@${COMMIT}`);
    expect(readdirSync(path)).toEqual(["layer_1"]);
    expect(readdirSync(join(path, "layer_1"))).toEqual(["cfg.json", "sae_weights.safetensors"]);
    const file = await fetchFolder("hf:user/saes/layer_2/cfg.json", () => false);
    expect(readFileSync(file.path, "utf8")).toBe('{"layer":2}');
    await expect(fetchFolder("hf:user/saes/layer_2", isOf(1))).rejects.toMatchObject({ code: "ERR_HUB_NOT_FOUND" });
  });

  it("is found without the hub where Python's library has put it, without a list of its files", async () => {
    const { path } = await fetchFolder("hf:user/saes/layer_1", isOf(1));
    rmSync(join(repository("user/saes"), "trees"), { recursive: true });
    process.env["HF_HUB_OFFLINE"] = "1";
    expect((await fetchFolder("hf:user/saes/layer_1", isOf(1))).path).toBe(path);
    await expect(fetchFolder("hf:user/saes/layer_2", isOf(2))).rejects.toMatchObject({ code: "ERR_HUB_OFFLINE" });
  });

  it("is refused where a link in it leads out of the repository", async () => {
    const { path } = await fetchFolder("hf:user/saes", isOf(1));
    const secret = join(home, "secret");
    writeFileSync(secret, "x".repeat(11));
    for (const name of ["layer_1/other.json", "layer_1/cfg.json"]) {
      rmSync(join(path, name), { force: true });
      symlinkSync(secret, join(path, name));
      await expect(fetchFolder("hf:user/saes", isOf(1))).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
      rmSync(join(path, name));
    }
    symlinkSync(home, join(path, "layer_2"));
    await expect(fetchFolder("hf:user/saes", isOf(2))).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  });
});

describe("a cache with a link in it that leads elsewhere", () => {
  it.each(["blobs", "snapshots", `snapshots/${COMMIT}`, `blobs/${sha256(MODEL)}.incomplete`])(
    "is refused where that is %s, and nothing is written there",
    async (name) => {
      const elsewhere = join(home, "elsewhere");
      mkdirSync(elsewhere, { recursive: true });
      mkdirSync(join(repository(), name, ".."), { recursive: true });
      symlinkSync(name.endsWith(".incomplete") ? join(elsewhere, "file") : elsewhere, join(repository(), name));
      expect(await failure()).toMatchObject({ code: "ERR_FILE_FORMAT" });
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  it.each(["refs", "trees"])("is not added to where that is %s", async (name) => {
    const elsewhere = join(home, "elsewhere");
    mkdirSync(elsewhere, { recursive: true });
    mkdirSync(repository(), { recursive: true });
    symlinkSync(elsewhere, join(repository(), name));
    expect(hashAt(await fetched())).toBe(sha256(MODEL));
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe("answers of the hub", () => {
  const listing = (value: unknown): Fault => {
    const body = Buffer.from(JSON.stringify(value));
    return ({ path }, response) =>
      path.includes("/tree/") && answering(200, {}, body)({} as never, response, undefined);
  };
  const file = { type: "file", path: "a-Q4_K_M.gguf", size: 3, oid: "0".repeat(40) };

  it.each([
    [null],
    [{}],
    ["text"],
    [[null]],
    [[{ ...file, path: "../../a.gguf" }]],
    [[{ ...file, path: "/etc/a.gguf" }]],
    [[{ ...file, path: "C:\\a.gguf" }]],
    [[{ ...file, size: -1 }]],
    [[{ ...file, size: 1e300 }]],
    [[{ ...file, oid: "../x" }]],
    [[{ ...file, lfs: { oid: "x", size: 3 } }]],
    [[{ ...file, type: "link" }]],
  ])("that list %j are refused", async (value) => {
    hub.fault = listing(value);
    expect(await failure()).toMatchObject({ code: "ERR_HUB_ANSWER" });
  });

  it.each([["{"], ["null"], ["[]"], ['{"sha":"../../x"}'], ['{"sha":7}']])(
    "that name the commit %s are refused",
    async (text) => {
      hub.fault = answering(200, {}, Buffer.from(text));
      expect(await failure()).toMatchObject({ code: "ERR_HUB_ANSWER" });
    },
  );

  it("that go on elsewhere, or for ever, are refused", async () => {
    const going = (link: string): Fault => {
      return ({ path }, response) =>
        path.includes("/tree/") && answering(200, { link }, Buffer.from("[]"))({} as never, response, undefined);
    };
    hub.fault = going('<http://127.0.0.1:1/api>; rel="next"');
    expect(await failure()).toMatchObject({ code: "ERR_HUB_ANSWER" });
    hub.fault = going(`<${hub.url}/api/models/user/repo/tree/${COMMIT}>; rel="next"`);
    expect(await failure()).toMatchObject({ code: "ERR_HUB_ANSWER" });
  });

  it("that redirect for ever, or out of the web, are refused", async () => {
    for (const location of [`${hub.url}/round`, "file:///etc/passwd", "", "http://["]) {
      hub.fault = (_asked, response) => answering(302, { location })({} as never, response, undefined);
      expect(await failure()).toMatchObject({ code: "ERR_DOWNLOAD" });
    }
  });
});

describe("a model of another server", () => {
  const address = () => `${hub.url.replace("127.0.0.1", "localhost")}/user/repo/resolve/main/a-Q4_K_M.gguf`;

  it("is kept for as long as the server says that it is the same", async () => {
    process.env["HF_TOKEN"] = TOKEN;
    const path = await fetched(address());
    expect(hashAt(path)).toBe(sha256(MODEL));
    expect(paths().every((asked) => !asked.includes("/api/"))).toBe(true);
    expect(hub.asked.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    const n = bytesAsked().length;
    expect(await fetched(address())).toBe(path);
    expect(bytesAsked()).toHaveLength(n + 1); // its first byte
    process.env["HF_HUB_OFFLINE"] = "1";
    expect(await fetched(address())).toBe(path);
    expect(bytesAsked()).toHaveLength(n + 1);
  });

  it("goes on where it was cut", async () => {
    hub.fault = (asked, response, bytes) =>
      asked.path.startsWith("/store/") &&
      asked.headers.range === undefined &&
      cutAfter(50_000)({ ...asked, headers: {} }, response.setHeader("etag", '"of the store"'), bytes);
    expect(hashAt(await fetched(address()))).toBe(sha256(MODEL));
    expect(bytesAsked().at(-1)!.headers).toMatchObject({ range: "bytes=50000-", "if-range": '"of the store"' });
  });

  it("that it does not have is an error", async () => {
    expect(await failure(`${address()}x`)).toMatchObject({ code: "ERR_DOWNLOAD", details: { status: 404 } });
    process.env["HF_HUB_OFFLINE"] = "1";
    expect(await failure(address())).toMatchObject({ code: "ERR_HUB_OFFLINE" });
  });
});
