import golden from "../../golden/chat-templates.json";
import { type ChatMessage, ChatTemplate } from "../../../lib/prompt/chat-template";

const conversations = golden.conversations as ChatMessage[][];
const plain = { bos: "<s>", eos: "</s>", addsBos: false };
const user = { role: "user", content: "Hi" } as const;

describe("ChatTemplate", () => {
  it.each(Object.entries(golden.templates))("renders in the manner of %s as transformers does", (_, source) => {
    const chat = new ChatTemplate({ ...source, addsBos: false });
    expect(conversations.map((messages) => chat.render(messages))).toEqual(source.prompts);
  });

  it("leaves out the beginning-of-sequence token that the tokenizer adds", () => {
    const { prompts, ...source } = golden.templates.gemma;
    const chat = new ChatTemplate({ ...source, addsBos: true });
    expect(`<bos>${chat.render(conversations[0]!)}`).toBe(prompts[0]);
  });

  it.each([
    ["llama-3", ""],
    ["gemma", ""],
    ["mistral", " "],
    ["qwen-3", ""],
  ] as const)("knows how an answer begins in %s", (name, lead) => {
    expect(new ChatTemplate({ ...golden.templates[name], addsBos: true }).answerLead).toBe(lead);
  });

  it("goes by the prompt's end where an answer is written in another way than the prompt goes on", () => {
    const lead = (cue: string) =>
      new ChatTemplate({
        ...plain,
        template: `{{ messages[0].content }}{% if add_generation_prompt %}${cue}{% endif %}`,
      });
    expect([lead("Answer:").answerLead, lead("Answer:{{ '\\n' }}").answerLead]).toEqual([" ", ""]);
  });

  it("leaves room for reasoning when it is wanted", () => {
    const chat = new ChatTemplate({ ...golden.templates["qwen-3"], addsBos: false }, { reasoning: true });
    expect(chat.render([user])).toBe("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n");
  });

  it.each([
    ["is no Jinja", "{% if %}"],
    ["refuses questions", "{{ raise_exception('no users') }}"],
  ])("names a template that %s", (_, template) => {
    expect(() => new ChatTemplate({ ...plain, template })).toThrow(
      expect.objectContaining({ code: "ERR_CHAT_TEMPLATE" }),
    );
  });
});
