import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startProgram } from "../support/corrsteer";
import { serveHub, sha256 } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

const LIBRARY = join(__dirname, "..", "..", "dist", "index.js");
const KILLS = 20;

const home = temporaryFolder();

it(`a download that is killed ${KILLS} times goes on each time, and ends with the right bytes`, async () => {
  const names = ["m-00001-of-00002.gguf", "m-00002-of-00002.gguf"] as const;
  const files = { [names[0]]: randomBytes(12_000_000), [names[1]]: randomBytes(9_000_000) };
  const hub = await serveHub({ "user/repo": { files } });
  hub.pauseMs = 5;
  const program = `require(${JSON.stringify(LIBRARY)}).fetchModel("hf:user/repo").then(({ path }) => console.log(path))`;
  const environment = { HF_HOME: home, HF_HUB_CACHE: "", HF_HUB_OFFLINE: "", HF_ENDPOINT: hub.url, HF_TOKEN: "" };
  const download = () => startProgram(process.execPath, ["-e", program], environment);
  const nAsked = () => hub.asked.filter(({ path }) => path.startsWith("/store/")).length;
  for (let kill = 0; kill < KILLS; kill++) {
    const before = nAsked();
    const running = download();
    while (nAsked() === before) {
      if (running.process.exitCode !== null) throw new Error(JSON.stringify(await running.ended));
      await sleep(1);
    }
    await sleep(Math.random() * 40);
    running.process.kill("SIGKILL");
    await running.ended;
  }
  const { code, stdout } = await download().ended;
  await hub.close();
  expect(code).toBe(0);
  const path = stdout.trim();
  expect(path.endsWith(names[0])).toBe(true);
  for (const name of names) expect(sha256(readFileSync(join(path, "..", name)))).toBe(sha256(files[name]));
  const blobs = join(path, "..", "..", "..", "blobs");
  expect(existsSync(join(blobs, `${sha256(files[names[0]])}.incomplete`))).toBe(false);
  const resumed = hub.asked.filter(({ path, headers }) => path.startsWith("/store/") && headers.range !== undefined);
  expect(resumed.length).toBeGreaterThan(KILLS / 2);
}, 300_000);
