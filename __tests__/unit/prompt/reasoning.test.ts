import { opensReasoning, partReasoning, ReasoningSplit } from "../../../lib/prompt/reasoning";

const ANSWERS = [
  ["a block at its beginning", "\n<think>\nTwo and two.\n\n</think>\n\nFour.", false],
  ["a block that the prompt opened", "\nTwo and two.\n\n</think>\n\nFour.", true],
] as const;
const PARTS = { reasoning: "Two and two.", text: "Four." };

it.each(ANSWERS)("takes %s apart", (_, answer, opened) => {
  expect(partReasoning(answer, opened)).toEqual(PARTS);
});

it.each(ANSWERS)("takes %s apart in pieces of any size, as of the whole", (_, answer, opened) => {
  for (let size = 1; size <= answer.length; size++) {
    const split = new ReasoningSplit(opened);
    const pieces = Array.from({ length: Math.ceil(answer.length / size) }, (_, i) =>
      split.push(answer.slice(i * size, (i + 1) * size)),
    );
    const all = [...pieces, split.end()];
    expect(all.map(({ reasoning }) => reasoning).join("")).toBe(PARTS.reasoning);
    expect(all.map(({ text }) => text).join("")).toBe(PARTS.text);
  }
});

it.each(["Four.", "  Four.\n", "", " \n", "<b>Four</b>", "a <think>b</think>", "<thin", "x</think>y"])(
  "leaves %j as it is",
  (answer) => {
    expect(partReasoning(answer, false)).toEqual({ reasoning: "", text: answer });
  },
);

it.each([
  ["was cut off", "<think>a <b", "a <b"],
  ["was cut off in its tag", "<think>a </thi", "a </thi"],
  ["is empty", "<think>\n\n</think>\n\n", ""],
])("has no text where the reasoning %s", (_, answer, reasoning) => {
  expect(partReasoning(answer, false)).toEqual({ reasoning, text: "" });
});

it("gives words of the reasoning as they come, and holds what may be the tag", () => {
  const split = new ReasoningSplit(false);
  expect(["<think>a", " </", "b", "</think>", "\n", "c "].map((piece) => split.push(piece))).toEqual([
    { reasoning: "a", text: "" },
    { reasoning: "", text: "" },
    { reasoning: " </b", text: "" },
    { reasoning: "", text: "" },
    { reasoning: "", text: "" },
    { reasoning: "", text: "c " },
  ]);
});

it("knows a prompt that opens reasoning from one that closes it", () => {
  const prompts = ["assistant\n<think>\n", "assistant\n<think>", "assistant\n<think>\n\n</think>\n\n", "assistant\n"];
  expect(prompts.map(opensReasoning)).toEqual([true, true, false, false]);
});
