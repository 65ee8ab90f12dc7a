import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPlan } from "../../../lib/shard/plan";
import { FolderStorage } from "../../../lib/shard/storage/folder";
import { openStorage } from "../../../lib/shard/storage/open";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

describe("a folder that workers share", () => {
  it("keeps the first file of a name, and says whose it is", async () => {
    const storage = new FolderStorage(join(folder, "first"));
    const puts = ["one", "two", "three"].map((text) => storage.putNew("a/b", text));
    const isFirst = await Promise.all(puts);
    expect(isFirst.filter(Boolean)).toHaveLength(1);
    expect((await storage.get("a/b"))!.toString()).toBe(["one", "two", "three"][isFirst.indexOf(true)]);
    expect(readdirSync(join(folder, "first", "a"))).toEqual(["b"]);
  });

  it("puts a file in place of another, too", async () => {
    const storage = new FolderStorage(join(folder, "place"));
    await storage.put("a", "one");
    await storage.put("a", "two");
    expect((await storage.get("a"))!.toString()).toBe("two");
  });

  it("has nothing that was not put there, nor what is not whole yet", async () => {
    const storage = new FolderStorage(join(folder, "list"));
    expect(await storage.list("chunks")).toEqual([]);
    expect(await storage.get("chunks/000001")).toBeUndefined();
    await storage.put("chunks/000001", "");
    writeFileSync(join(folder, "list", "chunks", "000000.0123456789ab.partial"), "");
    expect(await storage.list("chunks")).toEqual(["000001"]);
  });

  it("is one plan's", async () => {
    const place = join(folder, "shared");
    const of = (text: string) => ({ directory: "plan", text }) as Awaited<ReturnType<typeof readPlan>>;
    await openStorage(of("one"), place);
    await openStorage(of("one"), place);
    await expect(openStorage(of("two"), place)).rejects.toMatchObject({ code: "ERR_RUN_MISMATCH" });
  });
});

it("a folder without a plan says how to make one", async () => {
  await expect(readPlan(folder)).rejects.toMatchObject({ code: "ERR_RUN_INCOMPLETE" });
});
