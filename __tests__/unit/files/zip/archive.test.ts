import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { readSpan } from "../../../../lib/files/span";
import { readArchive } from "../../../../lib/files/zip/archive";
import { freshCache } from "../../../support/cache";
import { formatRefusal } from "../../../support/containers";
import { temporaryFolder } from "../../../support/temporary-folder";
import {
  DEFLATED,
  deflatedMember,
  directory,
  localHeader,
  storedMember,
  writeZip,
  type Member,
  type ZipLayout,
} from "../../../support/zip-layout";

const cache = freshCache();
const path = join(temporaryFolder(), "archive.npz");
const WORDS = Buffer.from("words of a member");

function archive(layout: Partial<ZipLayout>): Promise<Awaited<ReturnType<typeof readArchive>>> {
  writeFileSync(path, writeZip({ members: [], zip64: false, ...layout }));
  return readArchive(path);
}

const changed = (change: Partial<Member>, member = storedMember("a", WORDS)) =>
  archive({ members: [{ ...member, ...change }] });

it.each([false, true])("says where stored members lie (ZIP64: %s)", async (zip64) => {
  const spans = await archive({ zip64, members: [storedMember("a", WORDS), storedMember("b/c", Buffer.of(7))] });
  expect([...spans.keys()]).toEqual(["a", "b/c"]);
  expect(spans.get("a")!.path).toBe(path);
  expect(await readSpan(spans.get("a")!)).toEqual(WORDS);
  expect(await readSpan(spans.get("b/c")!)).toEqual(Buffer.of(7));
});

it("reads members beyond 4 GiB", async () => {
  const size = 5n * 2n ** 30n;
  const large: Member = { ...storedMember("W_enc.npy", Buffer.alloc(0)), size, fullSize: size };
  const small = storedMember("b_enc.npy", WORDS);
  const smallAt = BigInt(localHeader(large).length) + size;
  const end = smallAt + BigInt(localHeader(small).length + WORDS.length);
  const file = openSync(path, "w");
  writeSync(file, localHeader(large));
  writeSync(file, Buffer.concat([localHeader(small), WORDS]), 0, undefined, Number(smallAt));
  ftruncateSync(file, Number(end)); // all between is a hole
  writeSync(file, directory({ members: [large, small], zip64: true }, [0n, smallAt], end), 0, undefined, Number(end));
  closeSync(file);
  const spans = await readArchive(path);
  expect(spans.get("W_enc.npy")!.size).toBe(Number(size));
  expect(spans.get("b_enc.npy")!.offset).toBeGreaterThan(2 ** 32);
  expect(await readSpan(spans.get("b_enc.npy")!)).toEqual(WORDS);
});

it("inflates deflated members into the cache", async () => {
  const spans = await archive({ members: [deflatedMember("a", WORDS), storedMember("b", WORDS)] });
  expect(spans.get("a")!.path.startsWith(cache())).toBe(true);
  expect(readFileSync(spans.get("a")!.path)).toEqual(WORDS);
  expect(spans.get("b")!.path).toBe(path);
});

it.each(["/etc/passwd", "../a", "a/../../b", "C:/a", "C:a", "a\\b", "..\\a"])(
  "refuses a member named %s",
  async (name) => {
    await expect(changed({ name })).rejects.toEqual(formatRefusal("archive.npz"));
  },
);

it("refuses two members of one name", async () => {
  const members = [storedMember("a", WORDS), storedMember("a", WORDS)];
  await expect(archive({ members })).rejects.toEqual(formatRefusal("two members a"));
});

it("refuses members that overlap", async () => {
  const members = [storedMember("a", WORDS), { ...storedMember("b", WORDS), localName: "a", begin: 0n }];
  await expect(archive({ members })).rejects.toEqual(formatRefusal("another name"));
  const [outer, inner] = [storedMember("a", WORDS), storedMember("b", WORDS)];
  outer.size = outer.fullSize = BigInt(WORDS.length + 40);
  await expect(archive({ members: [outer, inner] })).rejects.toEqual(formatRefusal("a and b overlap"));
});

it.each<[string, Partial<Member>, string]>([
  ["is encrypted", { flags: 1, size: BigInt(WORDS.length + 12) }, "encrypted"],
  ["is strongly encrypted", { flags: 0x41 }, "strong encryption"],
  ["is compressed otherwise", { method: 12 }, "method 12"],
  ["is larger than the file", { size: 2n ** 40n, fullSize: 2n ** 40n }, "bounds"],
  ["is larger than any file", { size: 2n ** 63n, fullSize: 2n ** 63n }, "bounds"],
  ["lies outside of the file", { begin: 2n ** 40n }, "ends before"],
  ["lies nowhere", { begin: 2n ** 64n - 1n }, "ends before"],
  ["is stored in two sizes", { fullSize: 3n }, "mismatch"],
])("refuses a member that %s", async (_, change, words) => {
  await expect(changed(change)).rejects.toEqual(formatRefusal("archive.npz", words));
});

it.each<[string, Partial<Member>, string]>([
  ["is longer than stated", { fullSize: 3n }, "longer than the 3 bytes"],
  ["is shorter than stated", { fullSize: 300n }, "shorter than the 300 bytes"],
  ["has another checksum", { crc32: 1 }, "CRC-32"],
  ["is no deflate stream", { data: Buffer.from("\xff\xff\xff", "latin1"), size: 3n }, "inflated"],
  ["is nothing", { data: Buffer.alloc(0), size: 0n }, "nothing"],
])("refuses a deflated member that %s, and leaves nothing of it", async (_, change, words) => {
  await expect(changed(change, deflatedMember("a", WORDS))).rejects.toEqual(formatRefusal("member a", words));
  const again = await archive({ members: [deflatedMember("a", WORDS)] });
  expect(await readSpan(again.get("a")!)).toEqual(WORDS);
});

it("refuses a bomb, whatever size it states", async () => {
  const bomb = deflatedMember("a", Buffer.alloc(80 * 2 ** 20));
  await expect(archive({ members: [bomb] })).rejects.toEqual(formatRefusal("83886080", "32 times"));
  await expect(changed({ fullSize: 2n ** 40n, method: DEFLATED }, bomb)).rejects.toEqual(formatRefusal("32 times"));
  await expect(changed({ fullSize: 1000n }, bomb)).rejects.toEqual(formatRefusal("longer than the 1000 bytes"));
});

it.each<[string, Partial<ZipLayout>]>([
  ["more members than there are", { nMembers: 7n }],
  ["a directory outside of the file", { directoryAt: 2n ** 31n }],
  ["a directory that lies nowhere", { directoryAt: 2n ** 63n, zip64: true }],
])("refuses an archive that states %s", async (_, layout) => {
  await expect(archive({ members: [storedMember("a", WORDS)], ...layout })).rejects.toEqual(formatRefusal("ZIP"));
});

it("refuses more than ten thousand members", async () => {
  for (const nMembers of [10_001n, 2n ** 63n]) {
    await expect(archive({ nMembers, zip64: true })).rejects.toEqual(formatRefusal("more than 10000 members"));
  }
});
