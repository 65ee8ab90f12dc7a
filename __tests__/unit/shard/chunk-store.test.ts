import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../../../lib/files/hash";
import { ChunkStore } from "../../../lib/shard/chunk-store";
import { FolderStorage } from "../../../lib/shard/storage/folder";
import { seededRandom, uniform } from "../../../lib/statistics/random";
import { directoryContents } from "../../support/directory-contents";
import { manifest } from "../../support/manifest";
import { moodyStorage } from "../../support/moody-storage";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const objectOf = (place: string, text: string) => {
  const hash = sha256Of([text]);
  return join(place, "objects", hash.slice(0, 2), hash);
};
const store = (place: string) => new ChunkStore(new FolderStorage(place), manifest());
const commit = (chunks: ChunkStore, chunk: number, text: string) =>
  chunks.target(chunk).commit("{}\n", (put) => put("layer-01.arrow", text));

describe("chunks in a storage", () => {
  it("are there when all their files are, in the order in which they were written", async () => {
    const chunks = store(join(folder, "whole"));
    await commit(chunks, 3, "three");
    expect(await chunks.done()).toEqual(new Set([3]));
    expect(await Promise.all([2, 3].map((chunk) => chunks.has(chunk)))).toEqual([false, true]);
    const { files, read } = await chunks.chunk(3);
    expect(files.map(({ name }) => name)).toEqual(["samples.jsonl", "layer-01.arrow"]);
    expect((await read("layer-01.arrow")).toString()).toBe("three");
  });

  it("are not there when one could not be written, nor when the worker failed in between", async () => {
    const chunks = store(join(folder, "half"));
    const failing = chunks.target(0).commit("{}\n", async (put) => {
      await put("layer-01.arrow", "one");
      throw new Error("killed");
    });
    await expect(failing).rejects.toThrow("killed");
    expect(await chunks.done()).toEqual(new Set());
    await expect(chunks.chunk(0)).rejects.toMatchObject({ code: "ERR_RUN_INCOMPLETE" });
  });

  it("are those of the first worker where two that round otherwise do one", async () => {
    const chunks = store(join(folder, "two"));
    await Promise.all(["one", "two"].map((text) => commit(chunks, 0, text)));
    expect(["one", "two"]).toContain((await (await chunks.chunk(0)).read("layer-01.arrow")).toString());
  });

  it("say what to remove when a file is torn or gone, which working again mends", async () => {
    const place = join(folder, "torn");
    const chunks = store(place);
    await commit(chunks, 0, "whole");
    writeFileSync(objectOf(place, "whole"), "who");
    const { read } = await chunks.chunk(0);
    const damaged = { code: "ERR_FILE_FORMAT", message: expect.stringContaining("Remove chunks/000000") as string };
    await expect(read("layer-01.arrow")).rejects.toMatchObject(damaged);
    rmSync(join(place, "chunks", "000000"));
    await commit(chunks, 0, "whole");
    expect((await (await chunks.chunk(0)).read("layer-01.arrow")).toString()).toBe("whole");
    rmSync(objectOf(place, "whole"));
    await expect(read("layer-01.arrow")).rejects.toMatchObject(damaged);
  });

  it("are whole or not there in a storage that refuses at random, and all there when work is done again and again", async () => {
    const [steady, place] = [store(join(folder, "steady")), join(folder, "moody")];
    const below = seededRandom(3);
    const moody = moodyStorage(new FolderStorage(place), () => uniform(below), 0.3);
    const chunks = new ChunkStore(moody, manifest());
    const all = Array.from({ length: 12 }, (_, chunk) => chunk);
    for (const chunk of all) await commit(steady, chunk, `chunk ${chunk}`);
    const isDone = async () => (await store(place).done()).size === all.length;
    while (!(await isDone())) {
      for (const chunk of all) {
        await chunks
          .has(chunk)
          .then((isThere) => (isThere ? undefined : commit(chunks, chunk, `chunk ${chunk}`)))
          .catch((error: unknown) => {
            expect(["ERR_FILE_WRITE", "ERR_FILE_FORMAT"]).toContain((error as { code: string }).code);
          });
      }
      for (const chunk of await store(place).done()) {
        const { read } = await store(place).chunk(chunk);
        expect((await read("layer-01.arrow")).toString()).toBe(`chunk ${chunk}`);
      }
    }
    expect(moody.refused).toBeGreaterThan(all.length);
    expect(directoryContents(place)).toEqual(directoryContents(join(folder, "steady")));
  });

  it("say when the list of their files is none", async () => {
    const place = join(folder, "list");
    const chunks = store(place);
    await commit(chunks, 0, "whole");
    writeFileSync(join(place, "chunks", "000000"), "abc");
    await expect(chunks.chunk(0)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  });
});
