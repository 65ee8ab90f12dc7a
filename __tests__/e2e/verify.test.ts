import { existsSync } from "node:fs";
import { join } from "node:path";
import { DEMO_MODEL, expectFailure, MAIN, startProgram, succeed } from "../support/corrsteer";
import { freshCache } from "../support/cache";
import { fatalFiles } from "../support/fatal-files";

const cache = freshCache();
const fatal = fatalFiles();

(fatal ? test : test.skip)(
  "a model file over which llama.cpp ends the process is refused by every command (skipped without a compiler)",
  async () => {
    const { library, asserts } = fatal!;
    const run = (...args: string[]) => startProgram(process.execPath, [MAIN, ...args], { LD_PRELOAD: library }).ended;
    const generate = ["generate", "--model", asserts, "--prompt", "x"];
    for (const args of [["inspect", asserts], generate]) {
      expectFailure(await run(...args), 1, "ERR_MODEL_LOAD", asserts, "SIGABRT", "GGML_ASSERT(false)");
    }
    expect(await run(...generate, "--verify", "never")).toMatchObject({ signal: "SIGABRT" });
  },
);

test("the doctor says where the cache is, and --verify never leaves it alone", async () => {
  const generate = (verify: string) =>
    succeed("generate", "--model", DEMO_MODEL, "--prompt", "7+2=", "--max-tokens", "1", "--verify", verify);
  const unseen = await generate("never");
  expect(existsSync(cache())).toBe(false);
  expect(await generate("unknown")).toBe(unseen);
  expect(existsSync(join(cache(), "verdicts"))).toBe(true);
  expect(JSON.parse(await succeed("doctor", "--json"))).toMatchObject({ ok: true, cache: cache() });
});
