import { notRunSentences } from "../../../lib/evaluate/not-run";

describe("what was left out", () => {
  it("is told with the reason, a sentence for each", () => {
    const ofAll = { profile: null, because: "no gain" } as const;
    expect(notRunSentences([])).toEqual([]);
    expect(
      notRunSentences([
        { control: "sign-flipped", ...ofAll },
        { control: "mean-difference", profile: "S", because: "no gain" },
        { control: "random", ...ofAll },
        { control: "shuffled", profile: null, because: "decided" },
        { control: "orders", profile: null, because: "nothing steered" },
      ]),
    ).toEqual([
      "Not run, as no profile gains: sign-flipped, random.",
      "Not run, as S does not gain: mean-difference.",
      "Drawn no further, as one does as much as each profile that gains: shuffled.",
      "Not run, as nothing is steered: orders.",
    ]);
  });
});
