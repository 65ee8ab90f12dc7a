import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const script = join(__dirname, "..", "..", "scripts", "build-native.mjs");

/** Runs the build where only the given programs exist; each says its line when asked for its version. */
function buildWith(programs: Record<string, string>): { status: number | null; stderr: string } {
  const folder = mkdtempSync(join(tmpdir(), "corrsteer-build-"));
  try {
    for (const [name, line] of Object.entries(programs)) {
      writeFileSync(join(folder, name), `#!/bin/sh\necho '${line}'\n`);
      chmodSync(join(folder, name), 0o755);
    }
    return spawnSync(process.execPath, [script], { encoding: "utf8", env: { PATH: folder } });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ["CMake is missing", { "c++": "c++ 12" }, "CMake 3.20 or newer, found none: install it"],
  ["CMake is too old", { cmake: "cmake version 3.16.3", "c++": "c++ 12" }, "found cmake version 3.16.3: install it"],
  ["the compiler is missing", { cmake: "cmake version 3.25.1" }, "a C++17 compiler, c++ was not found: install one"],
  [
    "Make is missing",
    { cmake: "cmake version 3.25.1", "c++": "c++ 12" },
    "Ninja or Make, neither was found: install one",
  ],
  [
    "Git is missing",
    { cmake: "cmake version 4.1.0", "c++": "c++ 12", make: "GNU Make 4.3" },
    "Git, which was not found: install it",
  ],
])("says one sentence when %s", (_, programs, sentence) => {
  const { status, stderr } = buildWith(programs);

  expect(status).toBe(1);
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
