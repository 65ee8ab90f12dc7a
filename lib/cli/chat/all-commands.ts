import { nearest } from "../../options/refuse-unknown";
import { printLines, table } from "../output";
import type { Chat } from "./chat";
import { type ChatCommand, wrongUse } from "./command";
import { compare } from "./commands/compare";
import { features } from "./commands/features";
import { startNew } from "./commands/new";
import { off } from "./commands/off";
import { quit } from "./commands/quit";
import { save } from "./commands/save";
import { seed } from "./commands/seed";
import { steer } from "./commands/steer";
import { system } from "./commands/system";

const TYPING = [
  'A line that ends with \\ goes on in the next one, and so does what stands between two lines of """.',
  "Ctrl-C stops an answer; where there is none, or a second time, it ends the chat.",
];

const help: ChatCommand = {
  name: "help",
  args: "",
  text: "this list",
  run() {
    const rows = COMMANDS.map(({ name, args, text }) => [`/${name} ${args}`.trimEnd(), text]);
    printLines([...table(rows, [0, 1]), ...TYPING]);
  },
};

/** In the order of the help. */
const COMMANDS: readonly ChatCommand[] = [steer, off, compare, features, seed, system, startNew, save, help, quit];

/** Does what a line says that begins with a slash. @throws ERR_INVALID_ARGUMENT for a command that is none; as the command */
export async function perform(chat: Chat, line: string, signal: AbortSignal): Promise<void> {
  const [, name, args] = /^\/(\S*)\s*(.*)$/s.exec(line)!;
  const command = COMMANDS.find((command) => command.name === name);
  if (command) {
    await command.run(chat, args!.trim(), signal);
    return;
  }
  const names = COMMANDS.map(({ name }) => name);
  throw wrongUse(`there is no /${name!}: the nearest is /${nearest(name!, names)}, and /help lists all`);
}

/** What a line that was begun could become. */
export function complete(line: string): string[] {
  return COMMANDS.map(({ name }) => `/${name} `).filter((whole) => line !== "" && whole.startsWith(line));
}
