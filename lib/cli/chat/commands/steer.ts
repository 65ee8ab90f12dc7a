import { type ChatCommand, wrongUse } from "../command";
import { activate, profileNames } from "../profiles";
import { printLines } from "../../output";

export const steer: ChatCommand = {
  name: "steer",
  args: "[profile] [scale]",
  text: "steer by a profile, by its name in --profiles or its path; alone: list the names",
  async run(chat, args, signal) {
    const [, named, scaleText = "1"] = /^(.*?)(?:\s+(-?[\d.]+(?:e-?\d+)?))?$/.exec(args)!;
    if (named === "") {
      printLines(await profileNames(chat.profiles));
      return;
    }
    const scale = Number(scaleText);
    if (!Number.isFinite(scale)) throw wrongUse(`${scaleText} is no scale: a number, such as 0.8`);
    chat.active = await activate(named!, scale, chat.profiles, chat.model, signal);
    chat.note(`answers are steered by ${chat.active.path}${scale === 1 ? "" : `, ${scale} times`}`);
  },
};
