import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectFailure, MAIN, startProgram } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";

const home = temporaryFolder();
const folder = join(home, "corrsteer");
const cache = async (...args: string[]) =>
  await startProgram(process.execPath, [MAIN, "cache", ...args], { XDG_CACHE_HOME: home }).ended;

test("says what is kept, and removes what is named", async () => {
  for (const part of ["extracted", "labels"]) {
    mkdirSync(join(folder, part, "a"), { recursive: true });
    writeFileSync(join(folder, part, "a", "1"), "12345");
  }
  const { stdout } = await cache("--json", "--remove", "labels");
  expect(JSON.parse(stdout)).toEqual({
    folder,
    parts: ["downloads", "extracted", "hashes", "labels", "verdicts"].map((name) => {
      return { name, nFiles: name === "extracted" ? 1 : 0, sizeBytes: name === "extracted" ? 5 : 0 };
    }),
  });
  expectFailure(await cache("--remove", "everything"), 2, "ERR_INVALID_ARGUMENT", "extracted", "everything");
  expect((await cache("--remove", "all")).stdout).toContain(`In ${folder}`);
  expect(existsSync(join(folder, "extracted"))).toBe(false);
});
