import { largestScaleWithin } from "../../../lib/select/kl-budget";

const within = (nats: number, klAt: (scale: number) => number) =>
  largestScaleWithin(nats, (scales) => Promise.resolve(scales.map(klAt)));

describe("the largest scale within a KL budget", () => {
  // A small shift diverges as its square.
  it.each([0.01, 0.3, 1, 2.7, 100])("is within 6 %% of the exact one: %d nats", async (nats) => {
    const { scale, meanKl } = await within(nats, (scale) => scale ** 2);
    expect(meanKl).toBe(scale ** 2);
    expect(scale).toBeLessThanOrEqual(Math.sqrt(nats));
    expect(scale).toBeGreaterThan(Math.sqrt(nats) / 1.06);
  });

  it("stops before the first scale that is beyond, even if a larger one comes back", async () => {
    expect((await within(1, (scale) => (scale > 1.5 && scale < 10 ? 2 : 0.5))).scale).toBeLessThanOrEqual(1.5);
  });

  it("is 16 at most, and an error where 1/16 is too much", async () => {
    expect(await within(1, () => 0)).toEqual({ scale: 16, meanKl: 0 });
    await expect(within(1, () => 2)).rejects.toMatchObject({ code: "ERR_DEGENERATE" });
    await expect(within(1, () => NaN)).rejects.toMatchObject({ code: "ERR_DEGENERATE" });
  });
});
