import { samplingOptions } from "../../../model/sampling";
import { checkOption } from "../../../options/resolve";
import type { ChatCommand } from "../command";

export const seed: ChatCommand = {
  name: "seed",
  args: "<n>",
  text: "draw answers with this seed, where --temperature is above 0",
  run(chat, args) {
    const value = Number(args);
    checkOption("seed", samplingOptions.shape.seed, args === "" || Number.isNaN(value) ? args : value);
    chat.options = { ...chat.options, seed: value };
    const isGreedy = (chat.options.temperature ?? 0) === 0;
    chat.note(isGreedy ? "answers are greedy: a seed changes none without --temperature" : `the seed is ${value}`);
  },
};
