import type { BranchResult, RunResult } from "../../../lib/model/engine";
import { PromptEncoder } from "../../../lib/model/generate/encode";
import { repliesOf, ReplyChunks } from "../../../lib/model/generate/reply";
import type { LoadedModel, ModelInfo } from "../../../lib/model/loaded-model";

/** A model whose template opens the reasoning unless it is asked not to reason; a character is a token. */
const model: LoadedModel = {
  info: {
    chatTemplate: `{{ messages[0].content }}:{% if enable_thinking %}<think>
{% endif %}`,
  } as ModelInfo,
  tokenize: (text) => Int32Array.from(text, (character) => character.codePointAt(0)!),
  detokenize: () => "",
};
const encoder = new PromptEncoder(model);
const question = [{ role: "user", content: "?" }] as const;
const nothing = { scores: undefined, watched: new Float32Array() };

const reasoning = { end: "</think>", isOpen: true };

function result(text: string): RunResult {
  const branch = { ...nothing, text, tokens: Int32Array.of(1), stopReason: "end", receipt: [] };
  return { branches: [branch as unknown as BranchResult], sharedTokens: 3 };
}

it("has the reasoning that the template opened apart, in the reply as in its chunks", () => {
  const prompt = encoder.encode(question, true);
  const chunks = new ReplyChunks([{ reasoning }]);
  const [reply] = repliesOf(prompt, [{ reasoning }], result("Two.\n</think>\n\nFour."));
  const pieces = ["Two", ".\n</thi", "nk>\n\nFour", "."].map((text) =>
    chunks.push({ ...nothing, branch: 0, tokens: Int32Array.of(1), text }),
  );

  expect(prompt.opensReasoning).toBe(true);
  expect(reply).toMatchObject({ reasoning: "Two.", text: "Four." });
  expect(pieces.map(({ reasoning = "" }) => reasoning).join("")).toBe("Two.");
  expect(pieces.map(({ text }) => text).join("")).toBe("Four.");
  expect(chunks.end()).toEqual([]);
});

it("gives what was held back for a tag that never came", () => {
  const chunks = new ReplyChunks([{}, { reasoning: { end: "</think>" } }]);
  const { text } = chunks.push({ ...nothing, branch: 1, tokens: Int32Array.of(1), text: "<th" });

  expect(text).toBe("");
  expect(chunks.end()).toEqual([{ branch: 1, text: "<th", tokens: new Int32Array() }]);
});

it("leaves the text of one that does not reason as it is", () => {
  const prompt = encoder.encode("<think>", false);
  const [reply] = repliesOf(prompt, [{}], result("<think>a</think>b"));

  expect(reply).toMatchObject({ text: "<think>a</think>b", usage: { promptTokens: 7, sharedTokens: 3 } });
  expect(reply).not.toHaveProperty("reasoning");
});
