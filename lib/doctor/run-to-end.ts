import { spawn } from "node:child_process";
import { SteeringError } from "../errors";

/** Runs a program in a folder; what it prints goes to stderr. @throws ERR_NATIVE_LOAD when it ends otherwise than well */
export async function runToEnd(program: string, parts: readonly string[], directory: string): Promise<void> {
  const isScript = process.platform === "win32" && program === "npm"; // which a shell alone runs
  const child = spawn(program, parts, {
    cwd: directory,
    stdio: ["ignore", process.stderr, process.stderr],
    shell: isScript,
  });
  const ending = await new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code, signal) => {
      resolve(signal ?? code);
    });
  }).catch((error: unknown) => (error as Error).message);
  if (ending === 0) return;
  throw new SteeringError("ERR_NATIVE_LOAD", `${program} ${parts.join(" ")} ended with ${String(ending)}`, {
    tried: [...parts],
  });
}
