import type { ChatCommand } from "../command";

export const off: ChatCommand = {
  name: "off",
  args: "",
  text: "steer no more",
  run(chat) {
    chat.active = undefined;
    chat.note("answers are the model's own");
  },
};
