import { tokenSequences } from "../../../lib";
import type { LoadedModel, ModelInfo } from "../../../lib/model/loaded-model";
import { collectAll } from "../collect-all";

/** A token for each character. */
function characters(info: Partial<ModelInfo>): LoadedModel {
  return {
    info: info as ModelInfo,
    tokenize: (text) => Int32Array.from(text, (character) => character.charCodeAt(0)),
    detokenize: (tokens) => String.fromCharCode(...tokens),
  };
}

async function sequencesOf(model: LoadedModel, texts: string[], options?: Parameters<typeof tokenSequences>[2]) {
  async function* stream() {
    yield* await Promise.resolve(texts);
  }
  return (await collectAll(tokenSequences(model, stream(), options))).map((tokens) => model.detokenize(tokens));
}

describe("tokenSequences", () => {
  it("cuts texts into sequences, and leaves out what is shorter than 16", async () => {
    const model = characters({ addsBos: false });
    const texts = ["a".repeat(50), "short", "b".repeat(47)];
    expect(await sequencesOf(model, texts, { length: 32 })).toEqual(["a".repeat(32), "a".repeat(18), "b".repeat(32)]);
  });

  it("begins each with the beginning-of-sequence token where the tokenizer has one, which counts", async () => {
    const model = characters({ addsBos: true, bosToken: "^".charCodeAt(0) });
    expect(await sequencesOf(model, ["a".repeat(50)], { length: 32 })).toEqual([
      `^${"a".repeat(31)}`,
      `^${"a".repeat(19)}`,
    ]);
  });

  const chatTemplate = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}";

  it("writes each text as the chat template has a user's message", async () => {
    const model = characters({ addsBos: false, chatTemplate });
    expect(await sequencesOf(model, ["what is this?"], { chatShare: 1 })).toEqual(["[user]what is this?"]);
    await expect(sequencesOf(characters({}), ["?"], { chatShare: 1 })).rejects.toMatchObject({
      code: "ERR_CHAT_TEMPLATE",
    });
  });

  it("writes a share of them so, which the seed decides", async () => {
    const model = characters({ addsBos: false, chatTemplate });
    const texts = Array.from({ length: 400 }, (_, i) => `what is the text ${i}?`);
    const inChat = async (seed: number) =>
      (await sequencesOf(model, texts, { chatShare: 0.25, seed })).map((text) => text.startsWith("[user]what"));
    const [asked, again, other] = [await inChat(1), await inChat(1), await inChat(2)];
    expect(asked.filter(Boolean).length / texts.length).toBeCloseTo(0.25, 1);
    expect(again).toEqual(asked);
    expect(other).not.toEqual(asked);
  });

  it("refuses sequences that would all be left out, and more than all texts in chats", async () => {
    await expect(sequencesOf(characters({}), ["?"], { length: 8 })).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    await expect(sequencesOf(characters({}), ["?"], { chatShare: 1.5 })).rejects.toMatchObject({
      code: "ERR_OUT_OF_RANGE",
    });
  });
});
