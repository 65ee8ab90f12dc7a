import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL, TINY_SAES, tinySamples } from "../support/tiny-task";

const DIST = join(__dirname, "..", "..", "dist");
const folder = temporaryFolder();

/** A process that collects 24 questions, two at a time, and says when it begins. */
const CHILD = `
const { collect } = require(${JSON.stringify(join(DIST, "collect", "collect.js"))});
const { Model } = require(${JSON.stringify(join(DIST, "model", "model.js"))});
const { findSaes } = require(${JSON.stringify(join(DIST, "sae", "set.js"))});
const [directory, keep] = process.argv.slice(1);
const task = { name: "length", kind: "generation", maxTokens: 8, stop: [], scorer: "length", pooling: "max",
  score: (completion) => Number(completion.length % 2 === 0) };
(async () => {
  const model = await Model.load(${JSON.stringify(TINY_MODEL)});
  const saes = await findSaes(${JSON.stringify(TINY_SAES)});
  console.log("begins");
  const samples = ${JSON.stringify(tinySamples(24))};
  const engine = { threads: 1, contextTokens: 512 };
  await collect(model, saes, task, { directory, keep, samples, chunkSamples: 2, engine, sae: { threads: 1 } });
})();
`;

/** Runs it to its end, or kills it so many milliseconds after it began. Gives how it ended. */
function collect(directory: string, keep: string, killAfterMs?: number): Promise<number | NodeJS.Signals | null> {
  const child = spawn(process.execPath, ["-e", CHILD, directory, keep], { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.once("data", () => {
    if (killAfterMs !== undefined) setTimeout(() => child.kill("SIGKILL"), killAfterMs).unref();
  });
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
}

/** Every file with its content in hexadecimal. */
function contents(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(directory.length + 1), readFileSync(path).toString("hex")]),
  );
}

describe("a collection that is killed", () => {
  it.each(["sparse", "moments"])(
    "ends with the same bytes, whenever that is (%s)",
    async (keep) => {
      const whole = join(folder, `whole-${keep}`);
      const began = Date.now();
      expect(await collect(whole, keep)).toBe(0);
      const wholeMs = Date.now() - began;
      const broken = join(folder, `broken-${keep}`);
      let kills = 0;
      for (let attempt = 0; attempt < 6 && !existsSync(join(broken, "samples.jsonl")); attempt++) {
        if ((await collect(broken, keep, Math.random() * 0.4 * wholeMs)) === "SIGKILL") kills += 1;
      }
      expect(kills).toBeGreaterThan(0);
      expect(await collect(broken, keep)).toBe(0);
      expect(contents(broken)).toEqual(contents(whole));
    },
    120_000,
  );
});
