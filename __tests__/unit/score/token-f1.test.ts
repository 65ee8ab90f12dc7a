import type { Scored } from "../../../lib/ask/score-answers";
import { tokenF1 } from "../../../lib/score/token-f1";

describe("token F1", () => {
  // By hand: common words, precision = common / said, recall = common / expected, F1 = 2PR / (P + R).
  it.each([
    ["equal but for case, articles and punctuation", "The Eiffel Tower!", "eiffel tower", 1, 1, 1],
    ["too long an answer: 1 of 3", "in Paris, France", "Paris", 0.5, 1 / 3, 1],
    ["too short an answer: 1 of 2", "Paris", "Paris, Texas", 2 / 3, 1, 0.5],
    ["a repeated word counts as often as it is expected", "no no yes", "no no maybe no", 4 / 7, 2 / 3, 2 / 4],
    ["nothing in common", "Rome", "Paris", 0, 0, 0],
    ["an empty answer", " \n", "Paris", 0, 0, 0],
    ["two that are empty", "The!", "a", 1, 1, 1],
    ["other scripts", "Москва — город", "город Москва", 0.8, 2 / 3, 1],
    ["a letter beyond z, which is none of an article", "ça va", "va", 2 / 3, 0.5, 1],
    ["a hyphen, which joins as in SQuAD", "well-known", "wellknown", 1, 1, 1],
  ])("of %s", (_, completion, expected, f1, precision, recall) => {
    const { score, extras } = tokenF1.score({ completion }, { id: "q", prompt: "?", expected }) as Scored;
    expect(score).toBeCloseTo(f1, 12);
    expect(extras!["precision"]).toBeCloseTo(precision, 12);
    expect(extras!["recall"]).toBeCloseTo(recall, 12);
  });
});
