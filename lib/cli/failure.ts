import { CommanderError } from "commander";
import { errorCode } from "../errors";
import { Interrupted } from "./interruptible";

/** The shell's convention for a program that a signal ended: 128 and the signal's number. */
const SIGINT_EXIT = 130;
const SIGPIPE_EXIT = 141;

/** Says in one line on stderr what went wrong, and sets the exit code: 2 for how it was called, 1 for the rest. */
export function reportFailure(error: unknown): void {
  if (error instanceof Interrupted) {
    printLine(error.message);
    process.exitCode = SIGINT_EXIT;
  } else if (error instanceof CommanderError) {
    if (error.exitCode === 0) return; // --help, --version
    if (error.code !== "commander.help") printLine(`ERR_INVALID_ARGUMENT ${error.message.replace(/^error: /, "")}`);
    process.exitCode = 2;
  } else {
    const code = errorCode(error) ?? "ERR_INTERNAL";
    printLine(`${code} ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = code === "ERR_INVALID_ARGUMENT" || code === "ERR_OUT_OF_RANGE" ? 2 : 1;
  }
}

/** A reader that has enough, such as `head`, ends the program without a word. */
export function endOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(SIGPIPE_EXIT);
    reportFailure(error);
    process.exit();
  });
}

function printLine(text: string): void {
  process.stderr.write(`corrsteer: ${text.trim().replaceAll(/\s*\n\s*/g, " ")}\n`);
}
