import { withContext } from "../../../lib/prompt/ask";
import { ChatTemplate } from "../../../lib/prompt/chat-template";

const chat = new ChatTemplate({
  template:
    "{% for m in messages %}<{{ m.role }}>{{ m.content }}</{{ m.role }}>\n{% endfor %}" +
    "{% if add_generation_prompt %}<assistant>{% endif %}",
  ...{ bos: "", eos: "", addsBos: false },
});
const sample = {
  id: "1",
  prompt: "Be brief.\n\nQ: 7?\nA:",
  preamble: "Be brief.\n\n",
  expected: "A",
  choices: [" A", " B"],
};
const examples = [
  { question: "Q: 1?\nA:", answer: " B\n\n" },
  { question: "Q: 2?\nA:", answer: " A\n\n" },
];

describe("withContext", () => {
  it("puts worked examples between what comes first and the question", () => {
    expect(withContext(sample, examples)).toEqual({
      ...sample,
      prompt: "Be brief.\n\nQ: 1?\nA: B\n\nQ: 2?\nA: A\n\nQ: 7?\nA:",
    });
  });

  it("makes each example a turn of a chat, and choices begin as an answer there does", () => {
    expect(withContext(sample, examples, chat)).toEqual({
      ...sample,
      prompt:
        "<user>Q: 1?\nA:</user>\n<assistant>B</assistant>\n<user>Q: 2?\nA:</user>\n<assistant>A</assistant>\n" +
        "<user>Be brief.\n\nQ: 7?\nA:</user>\n<assistant>",
      choices: ["A", "B"],
      isChat: true,
    });
  });
});
