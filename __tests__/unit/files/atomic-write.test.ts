import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../../lib/files/atomic-write";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

describe("writeFileAtomically", () => {
  it("replaces a file and leaves nothing beside it", async () => {
    const path = join(folder, "a", "file");
    mkdirSync(join(folder, "a"));
    writeFileSync(path, "old");
    await writeFileAtomically(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readdirSync(join(folder, "a"))).toEqual(["file"]);
  });

  it("keeps the old file when the content fails half-way, and passes the writer's own error on", async () => {
    const path = join(folder, "b", "file");
    mkdirSync(join(folder, "b"));
    writeFileSync(path, "old");
    function* broken() {
      yield Buffer.from("half");
      throw new RangeError("no more");
    }
    await expect(writeFileAtomically(path, broken())).rejects.toThrow(RangeError);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(join(folder, "b"))).toEqual(["file"]);
  });

  it("says which file could not be written and why", async () => {
    const path = join(folder, "absent", "file");
    await expect(writeFileAtomically(path, "x")).rejects.toMatchObject({
      code: "ERR_FILE_WRITE",
      details: { path, reason: "ENOENT" },
      cause: { code: "ENOENT" },
    });
  });

  // A limit on file size is the disk that is full for this process alone. Windows has no such thing.
  const onPosix = process.platform === "win32" ? it.skip : it;
  onPosix("says that the disk is full, and removes what it has written", () => {
    const path = join(folder, "large");
    const source = join(__dirname, "..", "..", "..", "dist", "files", "atomic-write.js");
    const program = `require(${JSON.stringify(source)}).writeFileAtomically(${JSON.stringify(path)}, Buffer.alloc(1e7))
      .catch((error) => console.log(error.code, error.details.reason))`;
    const { stdout } = spawnSync("sh", ["-c", `ulimit -f 64; exec "$0" -e "$1"`, process.execPath, program]);
    expect(stdout.toString().trim()).toBe("ERR_FILE_WRITE EFBIG");
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.startsWith("large"))).toEqual([]);
  });
});
