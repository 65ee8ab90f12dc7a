import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startProgram } from "../support/corrsteer";
import { serveHub, sha256, type HubServer } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

// With Python's own library, where PYTHON_OF_HUB names a Python that has it:
// python3 -m venv build/hub && build/hub/bin/pip install huggingface_hub
// PYTHON_OF_HUB=build/hub/bin/python npx jest hub-python
const PYTHON = process.env["PYTHON_OF_HUB"];
const withPython = PYTHON === undefined ? describe.skip : describe;

const LIBRARY = join(__dirname, "..", "..", "dist", "index.js");
const files = { "a-Q4_0.gguf": randomBytes(3_000_000), "config.json": Buffer.from("{}") };
const home = temporaryFolder();
let hub: HubServer;

async function output(program: string, args: string[], environment: NodeJS.ProcessEnv): Promise<string> {
  const none = { HF_TOKEN: "", HF_HUB_CACHE: "", HF_TOKEN_PATH: "", HF_HUB_DISABLE_TELEMETRY: "1" };
  const outcome = await startProgram(program, args, { ...none, HF_ENDPOINT: hub.url, ...environment }).ended;
  expect(outcome).toMatchObject({ code: 0 });
  return outcome.stdout.trim().split("\n").at(-1)!;
}
const inPython = (call: string, environment: NodeJS.ProcessEnv) =>
  output(PYTHON!, ["-c", `from huggingface_hub import *; print(${call})`], environment);
const here = (call: string, environment: NodeJS.ProcessEnv) =>
  output(
    process.execPath,
    ["-e", `require(${JSON.stringify(LIBRARY)}).${call}.then(({ path }) => console.log(path))`],
    environment,
  );

withPython("the cache that is shared with Python's library", () => {
  beforeEach(async () => {
    hub = await serveHub({ "user/repo": { files } });
  });
  afterEach(() => hub.close());

  it("gives it what was downloaded here, without the hub", async () => {
    const path = await here('fetchModel("hf:user/repo:Q4_0")', { HF_HOME: join(home, "ours") });
    await here('fetchFolder("hf:user/repo", () => true)', { HF_HOME: join(home, "ours") });
    const n = hub.asked.length;
    const offline = { HF_HOME: join(home, "ours"), HF_HUB_OFFLINE: "1" };
    expect(await inPython('hf_hub_download("user/repo", "a-Q4_0.gguf")', offline)).toBe(path);
    const snapshot = await inPython('snapshot_download("user/repo")', offline);
    expect(readFileSync(join(snapshot, "config.json"), "utf8")).toBe("{}");
    const scanned = await inPython("(lambda it: (len(it.repos), len(it.warnings)))(scan_cache_dir())", offline);
    expect(scanned).toBe("(1, 0)");
    expect(hub.asked).toHaveLength(n);
  });

  it("gives what it has downloaded, without the hub", async () => {
    const path = await inPython('hf_hub_download("user/repo", "a-Q4_0.gguf")', { HF_HOME: join(home, "theirs") });
    const n = hub.asked.length;
    const again = await here('fetchModel("hf:user/repo:Q4_0")', { HF_HOME: join(home, "theirs") });
    expect(again).toBe(path);
    expect(sha256(readFileSync(path))).toBe(sha256(files["a-Q4_0.gguf"]));
    expect(hub.asked.slice(n).filter((asked) => asked.path.includes("/resolve/"))).toEqual([]);
    const offline = { HF_HOME: join(home, "theirs"), HF_HUB_OFFLINE: "1" };
    expect(await here('fetchModel("hf:user/repo:Q4_0")', offline)).toBe(path);
  });
});
