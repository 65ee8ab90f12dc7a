import type { Turn } from "../chat";
import { type ChatCommand, wrongUse } from "../command";
import { compare as answerBoth } from "../compare";

export const compare: ChatCommand = {
  name: "compare",
  args: "[message]",
  text: "answer plain and steered side by side, and go on with the steered one; alone: the last message again",
  async run(chat, args, signal) {
    if (!chat.active) throw wrongUse("there is nothing to compare with: /steer first");
    if (args === "" && chat.turns.length === 0) throw wrongUse("there was no message yet: /compare with one");
    const asked: Turn[] = args === "" ? chat.turns.slice(0, -1) : [...chat.turns, { role: "user", content: args }];
    chat.turns = [...asked, await answerBoth(chat, asked, signal)];
  },
};
