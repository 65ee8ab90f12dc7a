import type { Chat } from "./chat";

/** What a line that begins with a slash does. */
export interface ChatCommand {
  readonly name: string;
  /** What goes after the name, for the help. */
  readonly args: string;
  readonly text: string;
  readonly run: (chat: Chat, args: string, signal: AbortSignal) => Promise<void> | void;
}

/** A command that cannot be done as it was given, or not now. */
export function wrongUse(problem: string): TypeError {
  return Object.assign(new TypeError(problem), { code: "ERR_INVALID_ARGUMENT" as const });
}
