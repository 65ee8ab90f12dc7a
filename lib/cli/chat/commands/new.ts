import type { ChatCommand } from "../command";

export const startNew: ChatCommand = {
  name: "new",
  args: "",
  text: "begin a new conversation, steered as before",
  run(chat) {
    chat.turns = [];
  },
};
