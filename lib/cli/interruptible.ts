import type { Command } from "commander";
import { inFlags } from "./in-flags";

/** Why an action was aborted: Ctrl-C. */
export class Interrupted extends Error {
  constructor() {
    super("interrupted");
  }
}

/**
 * An action for a command. The first Ctrl-C aborts its signal, so that it ends within a decode step and disposes of what
 * it holds; the second one kills the process. A write to stdout that fails aborts it too. What it throws of an option names
 * the command's flag.
 */
export function interruptible<Arguments extends unknown[]>(
  action: (signal: AbortSignal, ...args: Arguments) => Promise<void>,
): (...args: Arguments) => Promise<void> {
  return async (...args) => {
    const controller = new AbortController();
    const abort = (reason: unknown) => {
      controller.abort(reason);
    };
    const interrupt = () => {
      abort(new Interrupted());
    };
    process.once("SIGINT", interrupt);
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
