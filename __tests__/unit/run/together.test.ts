import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { writeTogether } from "../../../lib/run/together";
import { heldRun } from "../../support/held-run";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const OLD = { "profiles/A.steer.json": "old A", "profiles/S.steer.json": "old S", "selection.json": "old" };
const NEW = { "profiles/A.steer.json": "new A", "selection.json": "new" };

function put(directory: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(directory, "profiles"), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
}

/** A run with the old files. */
function run(name: string): string {
  const directory = join(folder, name);
  put(directory, OLD);
  return directory;
}

/** Every file with its content, and every folder. */
function contents(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [relative(directory, path), entry.isFile() ? readFileSync(path, "utf8") : "a folder"];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}

describe("files that are written together", () => {
  it("take the places of those that were there, and leave others", async () => {
    const directory = run("whole");
    await writeTogether(directory, (next) => {
      put(next, NEW);
      return Promise.resolve();
    });
    expect(contents(directory)).toEqual({ profiles: "a folder", ...OLD, ...NEW });
  });

  it("are none when one cannot be written", async () => {
    const directory = run("failed");
    const failing = writeTogether(directory, async (next) => {
      put(next, NEW);
      await writeFile(join(next, "no", "such", "folder"), "");
    });
    await expect(failing).rejects.toMatchObject({ code: "ERR_FILE_WRITE" });
    expect(contents(directory)).toEqual({ profiles: "a folder", ...OLD });
  });

  it("are none after a kill before all were written", async () => {
    const directory = run("early");
    put(join(directory, "next.0a1b2c3d4e5f.partial"), NEW);
    await heldRun(directory);
    expect(contents(directory)).toEqual({ profiles: "a folder", ...OLD });
  });

  it.each([
    ["none", {}, NEW],
    ["some", { "profiles/A.steer.json": "new A" }, { "selection.json": "new" }],
    ["each", { "profiles/A.steer.json": "new A", "selection.json": "new" }, {}],
  ])("are all there after a kill when %s had its place", async (name, moved, left) => {
    const directory = run(name);
    put(directory, moved);
    put(join(directory, "next"), left);
    await heldRun(directory);
    expect(contents(directory)).toEqual({ profiles: "a folder", ...OLD, ...NEW });
  });
});
