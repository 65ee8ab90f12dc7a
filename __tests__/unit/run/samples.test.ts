import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJsonLines } from "../../../lib/run/samples";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

async function read(path: string): Promise<unknown[]> {
  const rows = [];
  for await (const row of readJsonLines(path, z.object({ n: z.number() }))) rows.push(row);
  return rows;
}

describe("a file of JSON lines", () => {
  it("is read line by line, whatever ends them", async () => {
    const path = join(folder, "lines.jsonl");
    writeFileSync(path, '{"n":1}\r\n{"n":2}\n{"n":3}');
    expect(await read(path)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it("is told of by name where it is a folder, or not there", async () => {
    mkdirSync(join(folder, "is-a-folder"));
    for (const [name, words] of [
      ["is-a-folder", "directory"],
      ["is-not-there", "no such file"],
    ] as const) {
      const path = join(folder, name);
      const message = expect.stringMatching(new RegExp(`${name}: [^']*${words}`));
      await expect(read(path)).rejects.toMatchObject({ code: "ERR_FILE_FORMAT", details: { path }, message });
    }
  });

  it("is left in the middle without harm", async () => {
    const path = join(folder, "many.jsonl");
    writeFileSync(path, '{"n":1}\n'.repeat(100_000));
    for await (const { n } of readJsonLines(path, z.object({ n: z.number() }))) {
      expect(n).toBe(1);
      break;
    }
  });
});
