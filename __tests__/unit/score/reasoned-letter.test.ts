import { finalLetter, reasonedLetter } from "../../../lib/score/reasoned-letter";

describe("reasonedLetter", () => {
  it.each([
    ["Water is wet.\nAnswer: B", "B"],
    ["answer: A. No, wait.\nAnswer: (C)", "C"],
    ["**Answer:** D", "D"],
    ["Answer:\n\nJ.", "J"],
    ["Answer: Absolutely", undefined],
    ["It is B", undefined],
    ["", undefined],
  ])("reads %j as %j", (completion, letter) => {
    expect(finalLetter(completion)).toBe(letter);
  });

  it("is right with the expected letter alone", () => {
    const score = (completion: string) => reasonedLetter.score({ completion }, { id: "", prompt: "", expected: "B" });
    expect([score("So.\nAnswer: B"), score("So.\nAnswer: A"), score("B")]).toEqual([1, 0, 0]);
  });
});
