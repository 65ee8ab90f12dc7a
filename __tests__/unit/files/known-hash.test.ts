import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sha256Of } from "../../../lib/files/hash";
import { knownSha256 } from "../../../lib/files/known-hash";
import { freshCache } from "../../support/cache";
import { temporaryFolder } from "../../support/temporary-folder";

const cache = freshCache();
const file = join(temporaryFolder(), "file");
const WRONG = "0".repeat(64);

/** Nothing tells a file that was written within the last two seconds from what it is after the next write. */
async function settled(contents: string): Promise<void> {
  writeFileSync(file, contents);
  await sleep(2100);
}

function remembered(): string {
  const folder = join(cache(), "hashes");
  return join(folder, readdirSync(folder)[0]!);
}

/** What is remembered is wrong from here on, so that it shows whether it is taken. */
function falsify(): void {
  const known = JSON.parse(readFileSync(remembered(), "utf8")) as object;
  writeFileSync(remembered(), JSON.stringify({ ...known, sha256: WRONG }));
}

test("takes what is remembered of a file, and reads it anew when it is written to, whatever its size and mtime say", async () => {
  await settled("before");
  expect(await knownSha256(file)).toBe(sha256Of(["before"]));
  falsify();
  expect(await knownSha256(file)).toBe(WRONG);

  const { atime, mtime } = statSync(file);
  writeFileSync(file, "after!");
  utimesSync(file, atime, mtime);
  expect(statSync(file)).toMatchObject({ size: 6, mtime });
  expect(await knownSha256(file)).toBe(sha256Of(["after!"]));
});

test("remembers nothing of a file that was written a moment ago", async () => {
  writeFileSync(file, "new");
  expect(await knownSha256(file)).toBe(sha256Of(["new"]));
  expect(() => readdirSync(cache())).toThrow("ENOENT");
});

test("finds out anew what is damaged", async () => {
  await settled("whole");
  await knownSha256(file);
  for (const damaged of ["", "{}", '{"format":1,"stamp":"1","sha256":"x"}']) {
    writeFileSync(remembered(), damaged);
    expect(await knownSha256(file)).toBe(sha256Of(["whole"]));
    expect(JSON.parse(readFileSync(remembered(), "utf8"))).toMatchObject({ sha256: sha256Of(["whole"]) });
  }
});

test("needs no cache that can be written", async () => {
  await settled("alone");
  process.env["XDG_CACHE_HOME"] = file;
  expect(await knownSha256(file)).toBe(sha256Of(["alone"]));
});

test("refuses a file that is not there", async () => {
  const error = { code: "ERR_FILE_FORMAT", message: "nowhere: no such file or directory" };
  await expect(knownSha256("nowhere")).rejects.toMatchObject(error);
});
