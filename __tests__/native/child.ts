import { spawn } from "node:child_process";
import { join } from "node:path";
import { fixture } from "./models";

const dist = join(__dirname, "..", "..", "dist");

/** What child processes and worker threads begin with: the compiled library, a loaded fixture, and runs without end. */
export const preamble = `
const { Model } = require(${JSON.stringify(join(dist, "model", "model.js"))});
const path = ${JSON.stringify(fixture("llama").model)};
const prompt = Int32Array.from({ length: 40 }, (_, i) => 65 + (i % 20));
const open = async (options) => (await Model.load(path)).createEngine({ threads: 2, contextTokens: 4096, ...options });
/** A branch that goes on until an end token is drawn, early for one seed and late for another. */
const long = (seed) => ({ maxTokens: 1000, sampling: { temperature: 1, seed } });
/** Resolves when tokens have come; the engine has runs from then on. */
const generating = (engine) => new Promise((resolve) => {
  let seed = 0;
  const again = () => engine.run({ prompt, branches: [long(seed++), long(seed++)] }, { onTokens: resolve }).then(again, () => {});
  again();
});
`;

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs a script in a Node process of its own; one that hangs is killed and ends with a signal. */
export function runChild(script: string, { flags = [] as string[], timeoutMs = 20_000 } = {}): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, "-e", preamble + script], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => (stdout += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => (stderr += data));
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
