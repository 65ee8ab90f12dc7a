import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { lockRun } from "../../../lib/run/lock";
import { requireRunOrEmpty } from "../../../lib/run/directory";
import { manifest } from "../../support/manifest";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

function folderWith(name: string, ...files: string[]): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  for (const file of files) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), "mine");
  }
  return directory;
}

describe("a folder to put a run into", () => {
  it.each<[string, string[]]>([
    ["holds nothing", []],
    ["holds what killed processes and file managers leave", ["lock", "run.json.0a1b2c3d4e5f.partial", ".DS_Store"]],
    ["was evaluated in alone", ["evaluation.json", "evaluation-samples.jsonl"]],
  ])("may be one that %s", async (name, files) => {
    await expect(requireRunOrEmpty(folderWith(name, ...files))).resolves.toBeUndefined();
  });

  it("may be a run directory, whatever else is in it, but no folder with another program's run.json", async () => {
    const directory = folderWith("run", "run.json", "thesis.pdf");
    await expect(requireRunOrEmpty(directory)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT" });
    writeFileSync(join(directory, "run.json"), JSON.stringify(manifest()));
    expect(await requireRunOrEmpty(directory)).toEqual(manifest());
  });

  it("need not be there, and what stands in its way is told where it is made", async () => {
    await expect(requireRunOrEmpty(join(folder, "new"))).resolves.toBeUndefined();
    await expect(requireRunOrEmpty(join(folderWith("file", "x"), "x"))).resolves.toBeUndefined();
  });

  it("may not be one of other things, which are named", async () => {
    const directory = folderWith("thesis", "report.html", "evaluation.json", "data/b", "a.txt", "z.txt");
    await expect(requireRunOrEmpty(directory)).rejects.toMatchObject({
      code: "ERR_RUN_MISMATCH",
      message: `${directory} is no run directory, and not empty: it holds a.txt, data, evaluation.json and 2 more. Use another directory`,
      details: { directory, found: ["a.txt", "data", "evaluation.json", "report.html", "z.txt"] },
    });
  });

  it("is refused before anything is written or swept in it", async () => {
    const directory = folderWith("swept", "report.html", "report.html.0a1b2c3d4e5f.partial", "next/report.html");
    const before = readdirSync(directory);
    await expect(lockRun(directory)).rejects.toMatchObject({ code: "ERR_RUN_MISMATCH" });
    expect(readdirSync(directory)).toEqual(before);
  });
});
