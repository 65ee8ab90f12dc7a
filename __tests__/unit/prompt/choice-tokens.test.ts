import { choiceTokens } from "../../../lib/prompt/choice-tokens";

/** Words with the space before them, as byte-level vocabularies have them, and line ends. */
const VOCABULARY = ["", " A", " B", "A", "B", "  A", "Answer:", " Answer:", "\n", " "];
const tokenize = (text: string) =>
  Int32Array.from(text.match(/ *[^\s]+|\n| +$/g) ?? [], (word) => VOCABULARY.indexOf(word));
/** As SentencePiece does: a space goes before any text, and runs of spaces are tokens of their own. */
const sentencePiece = (text: string) =>
  Int32Array.from(` ${text}`.match(/ +(?= )| ?[^\s]+|\n/g) ?? [], (word) => VOCABULARY.indexOf(word));
const words = (tokens: readonly (number | undefined)[]) => tokens.map((token) => VOCABULARY[token!]);

describe("choiceTokens", () => {
  it("are those of the choices where they go on from the prompt", () => {
    expect(words(choiceTokens(tokenize, "Answer:", [" A", " B"]))).toEqual([" A", " B"]);
    expect(words(choiceTokens(tokenize, "Answer:\n", ["A", "B"]))).toEqual(["A", "B"]);
  });

  it("are not the space that SentencePiece puts before a text", () => {
    expect(words([...sentencePiece(" A")])).toEqual([" ", " A"]);
    expect(words(choiceTokens(sentencePiece, "Answer:", [" A", " B"]))).toEqual([" A", " B"]);
    expect(words(choiceTokens(sentencePiece, "Answer:\n", ["A", "B"]))).toEqual(["A", "B"]);
  });

  it("are those of the choice alone where it grows together with the prompt's last token", () => {
    expect(words(choiceTokens(tokenize, "Answer: ", ["A"]))).toEqual(["A"]);
  });

  it("are the first of several, and undefined where there is none", () => {
    expect(words(choiceTokens(tokenize, "Answer:", [" A B"]))).toEqual([" A"]);
    expect(choiceTokens(tokenize, "Answer:", [""])).toEqual([undefined]);
    expect(choiceTokens(tokenize, "", [" A"])).toEqual([1]);
  });
});
