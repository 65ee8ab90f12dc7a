import { letterChoices, multipleChoicePrompt, optionLetter } from "../../../lib/prompt/multiple-choice";

const OFFICIAL = { style: "official", chainOfThought: false } as const;
const question = { question: "What is 2 + 2?", options: ["3", "4", "5", "6"], gold: 1 };

describe("multipleChoicePrompt", () => {
  it("asks four options as the published code does on MMLU", () => {
    expect(multipleChoicePrompt(question, OFFICIAL).prompt).toBe(
      "What is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 6\nChoose one of the following options only: A, B, C, or D\nAnswer:",
    );
  });

  it("shows official examples without the instruction", () => {
    const { example } = multipleChoicePrompt(question, OFFICIAL);
    expect(example!.question + example!.answer).toBe("What is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 6\nAnswer: B\n");
  });

  it("shows its own examples as it asks", () => {
    const { prompt, example } = multipleChoicePrompt(question, { style: "clean", chainOfThought: false });
    expect(example).toEqual({ question: prompt, answer: " B\n\n" });
  });

  it("has no example to show where the answer needs reasons", () => {
    expect(multipleChoicePrompt(question, { style: "clean", chainOfThought: true }).example).toBeUndefined();
  });

  it("lists two options without a comma", () => {
    const { prompt } = multipleChoicePrompt({ ...question, options: ["3", "4"] }, OFFICIAL);
    expect(prompt).toContain("only: A or B\n");
  });

  it("names the options by letters, the answers with the space that follows the cue", () => {
    expect([optionLetter(0), optionLetter(9)]).toEqual(["A", "J"]);
    expect(letterChoices(3)).toEqual([" A", " B", " C"]);
  });
});
