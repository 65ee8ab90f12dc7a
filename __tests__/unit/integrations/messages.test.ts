import type { LanguageModelV3Prompt } from "@ai-sdk/provider";
import { chatMessages as ofAiSdk } from "../../../lib/integrations/ai-sdk/messages";
import { chatMessages as ofPromptfoo } from "../../../lib/integrations/promptfoo/messages";

const user = (content: string) => ({ role: "user", content });

describe("a prompt of the AI SDK", () => {
  it("is the texts of its messages, without what was reasoned", () => {
    const prompt: LanguageModelV3Prompt = [
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "1 + 1" }, { type: "text", text: " = ?" }] }, // prettier-ignore
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm." },
          { type: "text", text: "2" },
        ],
      },
    ];
    expect(ofAiSdk(prompt)).toEqual([
      { role: "system", content: "Be brief." },
      user("1 + 1 = ?"),
      { role: "assistant", content: "2" },
    ]);
  });

  it.each<LanguageModelV3Prompt>([
    [{ role: "user", content: [{ type: "file", data: "", mediaType: "image/png" }] }],
    [{ role: "assistant", content: [{ type: "tool-call", toolCallId: "1", toolName: "f", input: {} }] }],
    [{ role: "tool", content: [] }],
  ])("is refused where it has more than text", (message) => {
    expect(() => ofAiSdk([message])).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
  });
});

describe("a prompt of promptfoo", () => {
  it("is what a user says", () => {
    expect(ofPromptfoo("Why?", undefined)).toEqual([user("Why?")]);
    expect(ofPromptfoo("Why?", "Be brief.")).toEqual([{ role: "system", content: "Be brief." }, user("Why?")]);
  });

  it("is a conversation where it is one as JSON, and only then", () => {
    const conversation = [user("Why?"), { role: "assistant", content: "So." }, user("Oh.")];
    expect(ofPromptfoo(JSON.stringify(conversation), undefined)).toEqual(conversation);
    for (const text of ["[sic]", "[1, 2]", "[]", '[{"role":"tool","content":""}]'])
      expect(ofPromptfoo(text, undefined)).toEqual([user(text)]);
  });
});
