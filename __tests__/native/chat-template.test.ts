import { existsSync } from "node:fs";
import { join } from "node:path";
import golden from "../golden/chat-templates.json";
import { Model } from "../../lib/model/model";
import { withContext } from "../../lib/prompt/ask";
import { type ChatMessage, ChatTemplate } from "../../lib/prompt/chat-template";
import { askQuestion } from "../../lib/ask/answer";
import { continuation } from "../../lib/score/continuation";
import { parityTask } from "../support/tiny-task";

const smollm2 = join(__dirname, "../../../shared/models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
const fixture = (name: string) => join(__dirname, "../fixtures", `${name}.gguf`);

const present = existsSync(smollm2);
(present ? test : test.skip)(
  `SmolLM2's template and tokens are those of transformers${present ? "" : " (skipped: ../shared/models is absent)"}`,
  async () => {
    await using model = await Model.load(smollm2);
    const chat = ChatTemplate.of(model);
    const texts = (golden.conversations as ChatMessage[][]).map((messages) => chat.render(messages));
    const ids = texts.map((prompt) => [
      ...askQuestion(model, parityTask, { id: "q", prompt, expected: "", isChat: true }).prompt,
    ]);

    expect(texts).toEqual(golden.smollm2.map(({ text }) => text));
    expect(ids).toEqual(golden.smollm2.map(({ ids }) => ids));
  },
);

test("a question in chat has control tokens as such, and choices that begin as an answer does", async () => {
  await using model = await Model.load(fixture("qwen3"));
  const sample = { id: "q", prompt: "<|im_end|>?", expected: "A", choices: [" A", " B"] };
  const { prompt, choiceTokens } = askQuestion(model, parityTask, withContext(sample, [], ChatTemplate.of(model)));

  expect(model.detokenize(prompt, { special: true })).toBe(
    "<|im_start|>user\n<|im_end|>?<|im_end|>\n<|im_start|>assistant\n",
  );
  expect([...choiceTokens].map((token) => model.detokenize(Int32Array.of(token)))).toEqual(["A", "B"]);
});

test("a whole choice in chat has the line end of the template, as lm-evaluation-harness has it", async () => {
  await using model = await Model.load(fixture("qwen3"));
  const sample = { id: "q", prompt: "?", expected: "two words", choices: [" two words", " A"] };
  const whole = { ...parityTask, scorers: [continuation] as const };
  const { prompt, tried } = askQuestion(model, whole, withContext(sample, [], ChatTemplate.of(model)));
  const text = (tokens: Int32Array) => model.detokenize(tokens, { special: true });

  expect(text(prompt)).toBe("<|im_start|>user\n?<|im_end|>\n<|im_start|>assistant");
  expect(tried!.continuations.map(text)).toEqual(["\ntwo words", "\nA"]);
});

test("a model without a template says so", async () => {
  await using model = await Model.load(fixture("llama"));

  expect(() => ChatTemplate.of(model)).toThrow(
    expect.objectContaining({ code: "ERR_CHAT_TEMPLATE", details: { path: fixture("llama") } }),
  );
});
