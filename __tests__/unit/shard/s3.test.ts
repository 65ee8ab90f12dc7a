import { S3Storage } from "../../../lib/shard/storage/s3";
import { objectStorage } from "../../support/object-storage";

const open = (name = "s3://runs/plans/one/") => {
  const { sdk, ...rest } = objectStorage();
  return { storage: new S3Storage(name, sdk as unknown as ConstructorParameters<typeof S3Storage>[1]), ...rest };
};

describe("a bucket that workers share", () => {
  it("keeps the first object of a name below its prefix, and says whose it is", async () => {
    const { storage, objects } = open();
    expect(await storage.get("chunks/000001")).toBeUndefined();
    expect(await Promise.all(["one", "two"].map((text) => storage.putNew("chunks/000001", text)))).toEqual([
      true,
      false,
    ]);
    expect((await storage.get("chunks/000001"))!.toString()).toBe("one");
    await storage.put("chunks/000001", "three");
    expect((await storage.get("chunks/000001"))!.toString()).toBe("three");
    expect([...objects.keys()]).toEqual(["plans/one/chunks/000001"]);
  });

  it("lists a folder to its end, and nothing beside it", async () => {
    const { storage } = open("s3://runs");
    for (const name of ["chunks/2", "chunks/0", "chunks/1", "chunks/3", "chunks/4", "others/5"])
      await storage.put(name, "");
    expect(await storage.list("chunks")).toEqual(["0", "1", "2", "3", "4"]);
    expect(await storage.list("none")).toEqual([]);
  });

  it("is asked again where another writes the same object at that moment", async () => {
    const { storage, refusals } = open();
    refusals.push("ConditionalRequestConflict");
    expect(await storage.putNew("a", "one")).toBe(true);
  });

  it.each(["ExpiredToken", "CredentialsProviderError", "AccessDenied"])(
    "names what failed and why (%s), and no key",
    async (reason) => {
      const { storage, refusals } = open();
      const told = (code: string) => ({
        code,
        message: expect.stringMatching(new RegExp(`plans/one.*: ${reason}$`)) as string,
      });
      refusals.push(reason, reason, reason);
      await expect(storage.putNew("a", "one")).rejects.toMatchObject(told("ERR_FILE_WRITE"));
      await expect(storage.get("a")).rejects.toMatchObject(told("ERR_FILE_FORMAT"));
      await expect(storage.list("a")).rejects.toMatchObject(told("ERR_FILE_FORMAT"));
    },
  );
});

it("is known by its name", () => {
  expect(["s3://runs", "s3://runs/a/b"].every((name) => S3Storage.isName(name))).toBe(true);
  expect(["runs", "/s3://runs", "s3:/runs", "s3:///a"].some((name) => S3Storage.isName(name))).toBe(false);
});
