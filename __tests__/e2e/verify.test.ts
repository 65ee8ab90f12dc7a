import { existsSync } from "node:fs";
import { join } from "node:path";
import { corrsteer, DEMO_MODEL, expectFailure, succeed } from "../support/corrsteer";
import { freshCache } from "../support/cache";
import { fatal, splitModel } from "../support/split-model";
import { temporaryFolder } from "../support/temporary-folder";

const cache = freshCache();
const folder = temporaryFolder();

test("a model file over which llama.cpp ends the process is refused by every command", async () => {
  const [path] = splitModel(folder, fatal);
  for (const args of [
    ["inspect", path],
    ["generate", "--model", path, "--prompt", "x"],
  ]) {
    expectFailure(await corrsteer(...args), 1, "ERR_MODEL_LOAD", path, "SIGSEGV");
  }
  expect(await corrsteer("generate", "--model", path, "--prompt", "x", "--verify", "never")).toMatchObject({
    signal: "SIGSEGV",
  });
});

test("the doctor says where the cache is, and --verify never leaves it alone", async () => {
  const generate = (verify: string) =>
    succeed("generate", "--model", DEMO_MODEL, "--prompt", "7+2=", "--max-tokens", "1", "--verify", verify);
  const unseen = await generate("never");
  expect(existsSync(cache())).toBe(false);
  expect(await generate("unknown")).toBe(unseen);
  expect(existsSync(join(cache(), "verdicts"))).toBe(true);
  expect(JSON.parse(await succeed("doctor", "--json"))).toMatchObject({ ok: true, cache: cache() });
});
