import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SteeringError } from "../../errors";

const run = promisify(execFile);

/** What a program of the cluster printed. @throws ERR_MISSING_PACKAGE where there is none; ERR_RUN_INCOMPLETE with its own words */
export async function runProgram(program: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(program, args, { maxBuffer: 2 ** 26 })).stdout;
  } catch (cause) {
    const { code, stderr = "", message } = cause as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") {
      const missing = `${program} is not on this machine: submit where the cluster's programs are`;
      throw new SteeringError("ERR_MISSING_PACKAGE", missing, { program }, { cause });
    }
    const words = stderr.trim() || message;
    throw new SteeringError("ERR_RUN_INCOMPLETE", `${program}: ${words}`, { program, args }, { cause });
  }
}
