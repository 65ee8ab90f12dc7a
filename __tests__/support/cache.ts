import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Each test has a cache of its own, in the folder that this gives. */
export function freshCache(): () => string {
  const before = process.env["XDG_CACHE_HOME"];
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "corrsteer-cache-"));
    process.env["XDG_CACHE_HOME"] = folder;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = before;
  });
  return () => join(folder, "corrsteer");
}
