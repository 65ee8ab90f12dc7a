import { type ChatCommand, wrongUse } from "../command";
import { printLines } from "../../output";
import { watchedBy } from "../../watched-features";

const OFF = "off";

export const features: ChatCommand = {
  name: "features",
  args: "[names]",
  text: `show how active features such as sae/4711,sae/42 are in each answer, of --sae; alone: the profile's; ${OFF}: none`,
  async run(chat, args) {
    const { watch: _, ...others } = chat.options;
    chat.options = others;
    if (args === OFF) return;
    if (chat.saes.length === 0) throw wrongUse("start with --sae to look at features");
    if (args === "" && !chat.active) throw wrongUse("name features, or /steer first for those of a profile");
    const watch = await watchedBy(args === "" ? { profile: chat.active!.path } : args, chat.saes);
    chat.options = { ...others, watch };
    chat.note(`shown: ${watch.names.join(", ")}`);
    const pages = watch.names.map((name) => chat.pages?.(name)).filter((page) => page !== undefined);
    if (pages.length > 0) printLines(pages);
  },
};
