import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { fetchModel } from "../../lib/hub/fetch-model";
import { serveHub, type HubServer } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

/** Nobody has it: RFC 2606. */
const HUB = "hub.example";
const MODEL = randomBytes(5000);
const ONCE = { attempts: 1, firstWaitMs: 1, longestWaitMs: 1 };

const root = temporaryFolder();
const before = { ...process.env };
let hub: HubServer;
let proxy: Server;
let isOpen = true;
const tunnels: string[] = [];
const sockets: Socket[] = [];
let nth = 0;

beforeAll(async () => {
  hub = await serveHub({ "user/repo": { files: { "a.gguf": MODEL } } });
  proxy = createServer().on("connect", ({ url = "" }, socket: Socket) => {
    sockets.push(socket.on("error", () => undefined));
    tunnels.push(url);
    if (!isOpen) return void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    const [host, port] = url === `${HUB}:80` ? ["127.0.0.1", new URL(hub.url).port] : url.split(":");
    const there = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      there.pipe(socket).pipe(there);
    });
    sockets.push(there.on("error", () => undefined));
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];
  for (const name of ["HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE"]) delete process.env[name];
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  Object.assign(process.env, { HF_ENDPOINT: `http://${HUB}`, HTTP_PROXY: address }); // before the first request
});
beforeEach(() => {
  process.env["HF_HOME"] = join(root, String(nth++));
  tunnels.length = 0;
});
afterAll(async () => {
  sockets.forEach((socket) => socket.destroy());
  await hub.close();
  await new Promise((resolve) => proxy.close(resolve));
  process.env = { ...before };
});

const fetched = async () => readFileSync((await fetchModel("hf:user/repo", { patience: ONCE })).path);
const store = /^127\.0\.0\.1:\d+$/;

it("downloads through the proxy that HTTP_PROXY names, from wherever the hub redirects to as well", async () => {
  expect(await fetched()).toEqual(MODEL);
  expect(new Set(tunnels)).toEqual(new Set([`${HUB}:80`, expect.stringMatching(store)]));
});

it("goes past it to what NO_PROXY names", async () => {
  process.env["NO_PROXY"] = "127.0.0.1";
  expect(await fetched()).toEqual(MODEL);
  expect(tunnels.filter((url) => store.test(url))).toEqual([]);
  delete process.env["NO_PROXY"];
});

it("says that there was no answer where the proxy gives none", async () => {
  isOpen = false;
  process.env["HF_ENDPOINT"] = "http://other.example";
  await expect(fetched()).rejects.toMatchObject({ code: "ERR_DOWNLOAD" });
  expect(tunnels).toEqual(["other.example:80"]);
});
