import { randomBytes } from "node:crypto";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import fs from "node:fs/promises";
import { join } from "node:path";
import { fetchModel } from "../../lib/hub/fetch-model";
import { serveHub, type HubServer } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

const MODEL = randomBytes(5000);
const root = temporaryFolder();
const before = { ...process.env };
let hub: HubServer;
let home: string;
let nth = 0;

beforeAll(async () => {
  hub = await serveHub({ "user/repo": { files: { "a.gguf": MODEL } } });
  for (const name of ["HF_TOKEN", "HF_HUB_CACHE", "HF_HUB_OFFLINE"]) delete process.env[name];
});
beforeEach(() => {
  home = join(root, String(nth++));
  Object.assign(process.env, { HF_HOME: home, HF_ENDPOINT: hub.url });
  hub.asked.length = 0;
  moveTo("0".repeat(40));
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  await hub.close();
  process.env = { ...before };
});

const fetched = async () => (await fetchModel("hf:user/repo")).path;
const nDownloads = () => hub.asked.filter(({ server }) => server === "store").length;
const blobs = () => readdirSync(join(home, "hub", "models--user--repo", "blobs"));

/** The commit that main is at. */
function moveTo(commit: string): void {
  hub.repositories["user/repo"] = { files: { "a.gguf": MODEL }, commit };
}

function withoutLinks(code: string): void {
  jest.spyOn(fs, "symlink").mockRejectedValue(Object.assign(new Error(code), { code, errno: -1, syscall: "symlink" }));
}

it("asks for room on the disk before it downloads anything", async () => {
  const nearlyFull = Object.assign(await fs.statfs(root), { bavail: 1, bsize: 4096 });
  jest.spyOn(fs, "statfs").mockResolvedValue(nearlyFull);
  const details = { neededBytes: MODEL.length, freeBytes: 4096 };
  await expect(fetched()).rejects.toMatchObject({ code: "ERR_FILE_WRITE", details });
  expect(nDownloads()).toBe(0);
});

describe("a file system without links", () => {
  it.each(["EPERM", "ENOTSUP"])("has the file itself in its commit's folder, once (%s)", async (code) => {
    withoutLinks(code);
    const path = await fetched();
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path)).toEqual(MODEL);
    expect(blobs()).toEqual([]);
    expect(await fetched()).toBe(path);
    expect(nDownloads()).toBe(1);
    moveTo("f".repeat(40));
    expect(readFileSync(await fetched())).toEqual(MODEL);
    expect(lstatSync(path).isFile()).toBe(true);
  });

  it("has a copy of what another commit's link leads to", async () => {
    const linked = await fetched();
    withoutLinks("EPERM");
    moveTo("f".repeat(40));
    const path = await fetched();
    expect([lstatSync(path).isFile(), readFileSync(path)]).toEqual([true, MODEL]);
    expect(readFileSync(linked)).toEqual(MODEL);
    expect([blobs().length, nDownloads()]).toEqual([1, 1]);
  });

  it("is not what a refusal to write means", async () => {
    withoutLinks("ENOSPC");
    await expect(fetched()).rejects.toMatchObject({ code: "ERR_FILE_WRITE" });
    expect(readdirSync(join(home, "hub", "models--user--repo", "snapshots", "0".repeat(40)))).toEqual([]);
  });
});
