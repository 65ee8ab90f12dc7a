import { CommanderError } from "commander";
import { errorCode } from "../errors";
import { writeError } from "../files/write-error";
import { printable } from "../printable";

/** Ctrl-C ended it. */
export class Interrupted extends Error {
  /** @param again what the same command does when it is given again */
  constructor(again?: string) {
    super(again === undefined ? "interrupted" : `interrupted; the same command ${again}`);
  }
}

/** The shell's convention for a program that a signal ended: 128 and the signal's number. */
const SIGINT_EXIT = 130;
const SIGPIPE_EXIT = 141;

let reported: unknown;

/** Says in one line on stderr what went wrong, and sets the exit code: 2 for how it was called, 1 for the rest. */
export function reportFailure(error: unknown): void {
  if (error === reported) return; // a failed write is told of by stdout, and by the action that it ends
  reported = error;
  if (error instanceof CommanderError) reportUsage(error);
  else if (error instanceof Interrupted) fail(SIGINT_EXIT, error.message);
  else if (errorCode(error) === "EPIPE")
    process.exitCode = SIGPIPE_EXIT; // a reader, such as `head`, has enough
  else {
    const told = isFailedWrite(error) ? writeError("standard output", error) : error; // files have theirs already
    const found = errorCode(told);
    const code = found?.startsWith("ERR_") ? found : "ERR_INTERNAL"; // others are the system's or a library's
    const isUsage = code === "ERR_INVALID_ARGUMENT" || code === "ERR_OUT_OF_RANGE";
    fail(isUsage ? 2 : 1, `${code} ${told instanceof Error ? told.message : String(told)}`);
  }
}

function isFailedWrite(error: unknown): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).syscall === "write";
}

function reportUsage({ exitCode, code, message }: CommanderError): void {
  if (exitCode === 0) return; // --help, --version
  if (code === "commander.help")
    process.exitCode = 2; // the help was printed
  else fail(2, `ERR_INVALID_ARGUMENT ${message.replace(/^error: /, "")}`);
}

function fail(exitCode: number, text: string): void {
  process.exitCode = exitCode;
  process.stderr.write(`corrsteer: ${printable(text.trim().replaceAll(/\s*\n\s*/g, " "))}\n`);
}
