import type { ChatCommand } from "../command";

export const quit: ChatCommand = {
  name: "quit",
  args: "",
  text: "end the chat, as Ctrl-D does",
  run(chat) {
    chat.isOver = true;
  },
};
