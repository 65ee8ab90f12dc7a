import { continued } from "../../../lib/prompt/continuations";

/** The longest that fits, from left to right, after a beginning-of-sequence token. */
const VOCABULARY = ["<s>", "Answer", ":", ": ", " ", "\n", " A", "A", " B", "B", "b", "r:", "\nA"];
function tokenize(text: string): Int32Array {
  const ids = [0];
  for (let at = 0; at < text.length;) {
    const fits = VOCABULARY.filter((word) => text.startsWith(word, at)).sort((a, b) => b.length - a.length);
    ids.push(VOCABULARY.indexOf(fits[0]!));
    at += fits[0]!.length;
  }
  return Int32Array.from(ids);
}
function words(prompt: string, choices: readonly string[]): string[][] {
  const { prompt: before, continuations } = continued(tokenize, prompt, choices);
  return [before, ...continuations].map((tokens) => Array.from(tokens, (token) => VOCABULARY[token]!));
}

describe("a choice as continuation of a prompt", () => {
  it("is all the tokens that follow those of the prompt", () => {
    expect(words("Answer:\n", ["AB", "B"])).toEqual([
      ["<s>", "Answer", ":"],
      ["\nA", "B"],
      ["\n", "B"],
    ]);
  });

  it("has the white space at the prompt's end, however it joins the choice", () => {
    expect(words("b \n", ["A"])).toEqual([
      ["<s>", "b"],
      [" ", "\nA"],
    ]);
    expect(words("b ", ["A"])).toEqual(words("b", [" A"]));
  });

  it("is what is left after as many tokens as the prompt has, where one reaches over the seam", () => {
    // "Answer:" and then ": ", "A": the prompt's last token is another one there.
    expect(words("Answer:", [" A"])).toEqual([["<s>", "Answer", ":"], ["A"]]);
  });

  it("may have no token", () => {
    expect(words("Answer:", [" "])).toEqual([["<s>", "Answer", ":"], []]);
  });
});
