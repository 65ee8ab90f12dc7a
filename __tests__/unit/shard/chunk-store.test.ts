import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../../../lib/files/hash";
import { ChunkStore } from "../../../lib/shard/chunk-store";
import { FolderStorage } from "../../../lib/shard/storage/folder";
import { manifest } from "../../support/manifest";
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

  it("say when the list of their files is none", async () => {
    const place = join(folder, "list");
    const chunks = store(place);
    await commit(chunks, 0, "whole");
    writeFileSync(join(place, "chunks", "000000"), "abc");
    await expect(chunks.chunk(0)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
  });
});
