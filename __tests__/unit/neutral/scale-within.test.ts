import { searchTogether } from "../../../lib/neutral/scale-within";

/** What some of the texts say of the divergence, beside all. */
const MORE_ON_SOME = 1.3;

/** What is found, and how often it was measured. */
async function found(nats: number, klAt: (scale: number) => number) {
  const tries = { some: 0, all: 0 };
  const [found] = await searchTogether(1, nats, (asked, texts) => {
    tries[texts] += 1;
    return Promise.resolve(asked.map(({ scale }) => (texts === "some" ? MORE_ON_SOME : 1) * klAt(scale)));
  });
  return { ...found!, tries };
}

describe("the largest scale within a KL budget", () => {
  it.each([
    ["the square", (scale: number) => scale ** 2],
    ["the square, then slower", (scale: number) => Math.log1p(3 * scale ** 2)],
    ["the square, with an offset", (scale: number) => 0.004 + scale ** 2],
  ])("is within 5 %% of the budget where divergence goes as %s, in few tries", async (_, klAt) => {
    for (const nats of [0.01, 0.3, 1, 2.7]) {
      const { scale, kl, tries } = await found(nats, klAt);
      expect(kl).toBe(klAt(scale));
      expect(kl).toBeLessThanOrEqual(nats);
      expect(kl).toBeGreaterThan(0.95 * nats);
      expect(tries.some).toBeLessThanOrEqual(6);
      expect(tries.all).toBeLessThanOrEqual(4);
    }
  });

  it("stops before the first scale that is beyond, even if a larger one comes back", async () => {
    expect((await found(1, (scale) => (scale > 1.5 && scale < 10 ? 2 : 0.5))).scale).toBeLessThanOrEqual(1.5);
  });

  it("is the last before a jump", async () => {
    const { scale } = await found(1, (scale) => (scale < 0.3 ? 0.01 : 50));
    expect(scale).toBeGreaterThan(0.29);
    expect(scale).toBeLessThan(0.3);
  });

  it("is looked for in several together, each until it is found", async () => {
    const asked: number[][] = [];
    const factors = [1, 100, 0.01];
    const scales = await searchTogether(3, 1, (some) => {
      asked.push(some.map(({ index }) => index));
      return Promise.resolve(some.map(({ index, scale }) => factors[index]! * scale ** 2));
    });
    expect(scales.map(({ kl }) => kl > 0.95 && kl <= 1)).toEqual([true, true, true]);
    expect(scales[1]!.scale).toBeCloseTo(0.0985, 2);
    expect(asked[0]).toEqual([0, 1, 2]);
    expect(asked[1]).toEqual([1, 2]); // 1 is the largest of the first
    expect(asked.length).toBeLessThanOrEqual(8);
  });

  it("is reached from far below: what survives of a weak feature is small", async () => {
    const { kl, tries } = await found(0.1, (scale) => 5e-7 * scale ** 2);
    expect(kl).toBeGreaterThan(0.095);
    expect(tries.some).toBeLessThanOrEqual(6);
    expect(tries.all).toBeLessThanOrEqual(4);
  });

  it("is 1,024 at most, and an error where hardly any of it is too much", async () => {
    expect(await found(1, () => 0)).toMatchObject({ scale: 1024, kl: 0 });
    await expect(found(1, () => 2)).rejects.toMatchObject({ code: "ERR_DEGENERATE" });
    await expect(found(1, () => NaN)).rejects.toMatchObject({ code: "ERR_DEGENERATE" });
  });
});
