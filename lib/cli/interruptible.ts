import type { Command } from "commander";
import { Interrupted, reportFailure } from "./failure";
import { inFlags } from "./in-flags";

/** What the same command does after Ctrl-C. */
export const GOES_ON = "goes on from what was collected";
export const BEGINS_AGAIN = "begins again";

/** What cannot be stopped, such as a task's own scorer, is not waited for. */
const PATIENCE_MS = 700;

const takers = new Set<() => void>();

/** Has Ctrl-C do this instead, until what is returned is called. */
export function takeInterrupts(taker: () => void): () => void {
  takers.add(taker);
  return () => takers.delete(taker);
}

/**
 * An action for a command. The first Ctrl-C aborts its signal, so that it ends within a decode step and disposes of what
 * it holds, and the process ends then or soon after; the second one kills it. A write to stdout that fails aborts it too.
 * What it throws of an option names the command's flag.
 *
 * @param again what the same command does after Ctrl-C
 */
export function interruptible<Arguments extends unknown[]>(
  action: (signal: AbortSignal, ...args: Arguments) => Promise<void>,
  again?: string,
): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    const controller = new AbortController();
    const abort = (reason: unknown) => {
      controller.abort(reason);
    };
    const interrupt = () => {
      const taker = [...takers].at(-1);
      if (taker) {
        taker();
        return;
      }
      process.off("SIGINT", interrupt);
      const reason = new Interrupted(again);
      abort(reason);
      setTimeout(() => {
        reportFailure(reason);
        process.exit();
      }, PATIENCE_MS).unref();
    };
    process.on("SIGINT", interrupt);
    process.stdout.once("error", abort);
    try {
      await action(controller.signal, ...args);
    } catch (error) {
      controller.signal.throwIfAborted(); // some wrap the reason
      throw inFlags(error, args.at(-1) as Command);
    } finally {
      process.off("SIGINT", interrupt);
      process.stdout.off("error", abort);
    }
  };
}
