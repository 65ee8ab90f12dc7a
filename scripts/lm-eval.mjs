// Installs lm-evaluation-harness in build/lm-eval, at the release that its test is written for: a minute, and no torch, as
// the model is the server's.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "build", "lm-eval");
const run = (program, ...args) => {
  const { status } = spawnSync(program, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
};
run("python3", "-m", "venv", folder);
run(join(folder, "bin", "pip"), "install", "--quiet", "lm-eval[api]==0.4.13");
