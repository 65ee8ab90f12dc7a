import { z } from "zod";
import { readJson, writeJson } from "../../../files/json";
import { requireOwn } from "../../../files/overwrite";
import { modelIdentity } from "../../../model/identity";
import { VERSION } from "../../../version";
import { type ChatCommand, wrongUse } from "../command";

const FORMAT = "corrsteer-chat";
const saved = z.object({ format: z.literal(FORMAT) });

export const save: ChatCommand = {
  name: "save",
  args: "<file>",
  text: "write the conversation as JSON: messages, with receipts and what they were steered by",
  async run(chat, args, signal) {
    if (args === "") throw wrongUse("say where to: /save <file>");
    await requireOwn(args, "saved conversation", () => readJson(args, saved));
    const { model, system, turns } = chat;
    const { watch: _, ...options } = chat.options;
    const identity = await modelIdentity(model, { signal });
    await writeJson(args, { format: FORMAT, version: VERSION, model: identity, options, system, turns });
    chat.note(`written to ${args}`);
  },
};
