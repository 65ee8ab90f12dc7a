import { letterChoices, multipleChoicePrompt, optionLetter } from "../../../lib/prompt/multiple-choice";

describe("multipleChoicePrompt", () => {
  it("asks four options as the published code does on MMLU", () => {
    expect(multipleChoicePrompt("What is 2 + 2?", ["3", "4", "5", "6"])).toBe(
      "What is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 6\nChoose one of the following options only: A, B, C, or D\nAnswer:",
    );
  });

  it("asks three options as the published code does on BBQ", () => {
    expect(multipleChoicePrompt("Two people met.\nWho was late?", ["Ann", "Bob", "Not known"])).toBe(
      "Two people met.\nWho was late?\nA. Ann\nB. Bob\nC. Not known\n" +
        "Choose one of the following options only: A, B, or C\nAnswer:",
    );
  });

  it("names the options by letters, the answers with the space that follows the cue", () => {
    expect([optionLetter(0), optionLetter(9)]).toEqual(["A", "J"]);
    expect(letterChoices(3)).toEqual([" A", " B", " C"]);
  });
});
