import { printLines } from "../../output";
import type { ChatCommand } from "../command";

const NONE = "none";

export const system: ChatCommand = {
  name: "system",
  args: "[text]",
  text: `set the system message, or take it back with "${NONE}"; alone: show it`,
  run(chat, args) {
    if (args === "") printLines([chat.system ?? NONE]);
    else chat.system = args === NONE ? undefined : args;
  },
};
