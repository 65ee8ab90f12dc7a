import { permuteUntilDecided, type Round } from "../../../lib/rank/rounds";

const LOOKS = [1000, 4000, 16_000];

/** A layer of one feature, as strong as the strongest in a share `p` of the permutations, evenly. */
function layerOf(p: number) {
  const best = ({ first, permutations }: Round) =>
    Float64Array.from({ length: permutations }, (_, b) =>
      Math.floor((first + b + 1) * p) > Math.floor((first + b) * p) ? 1 : 0,
    );
  const tested = {
    strengths: Float64Array.of(0.5),
    best: best({ first: 0, permutations: 1000 }),
    p: Float64Array.of(p),
  };
  return { tested, best };
}

async function rounds(ps: readonly number[], looks = LOOKS) {
  const layers = ps.map(layerOf);
  const asked: Round[] = [];
  const tests = await permuteUntilDecided(
    layers.map(({ tested }) => tested),
    looks,
    (round) => {
      asked.push(round);
      return Promise.resolve(layers.map(({ best }) => best(round)));
    },
  );
  return { asked, tests };
}

describe("rounds of permutations", () => {
  it.each([0.001, 0.01, 0.2, 1])("are not needed for p = %p", async (p) => {
    expect((await rounds([p])).asked).toEqual([]);
  });

  it("go on in one sequence until every feature is decided on", async () => {
    const { asked, tests } = await rounds([0.04]);
    expect(asked).toEqual([
      { first: 1000, permutations: 3000 },
      { first: 4000, permutations: 12_000 },
    ]);
    expect(tests[0]!.best).toEqual(layerOf(0.04).best({ first: 0, permutations: 16_000 }));
    expect((await rounds([0.065])).asked).toEqual([{ first: 1000, permutations: 3000 }]);
  });

  it("end at the last look, decided or not", async () => {
    const { tests } = await rounds([0.05]);
    expect(tests[0]!.best).toHaveLength(16_000);
    expect((await rounds([0.05], [1000])).asked).toEqual([]);
  });

  it("are of all layers, whichever has the feature, by what all of them give", async () => {
    const { asked, tests } = await rounds([0.02, 0.04]);
    expect(asked).not.toEqual([]);
    expect(tests.map(({ best }) => best.length)).toEqual([16_000, 16_000]);
  });

  it("are none where scores were not permuted", async () => {
    expect((await rounds([], [])).tests).toEqual([]);
  });

  it("end with what ends a round", async () => {
    const failing = permuteUntilDecided([layerOf(0.05).tested], LOOKS, () => Promise.reject(new Error("enough")));
    await expect(failing).rejects.toThrow("enough");
  });
});
