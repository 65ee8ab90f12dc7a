import { Pace } from "../../../lib/cli/pace";

const SECOND = 1000;

it("knows no rate before anything is done", () => {
  const pace = new Pace(0, 40);
  pace.add(5 * SECOND, 40);
  expect(pace.rate(5 * SECOND)).toBeUndefined();
});

it("counts what was done since it began to watch", () => {
  const pace = new Pace(0, 40);
  pace.add(4 * SECOND, 48);
  expect(pace.rate(4 * SECOND)).toBe(2);
});

it("stays the same while nothing ends, until the pause is longer than what was measured", () => {
  const pace = new Pace(0, 0);
  pace.add(10 * SECOND, 10);
  expect(pace.rate(19 * SECOND)).toBe(1);
  expect(pace.rate(40 * SECOND)).toBe(0.5);
});

it("is steady where questions end in bursts", () => {
  const pace = new Pace(0, 0);
  const rates: number[] = [];
  for (let s = 1; s <= 600; s++) {
    pace.add(s * SECOND, 16 * Math.floor(s / 20)); // 16 of them every 20 s
    if (s > 60) rates.push(pace.rate(s * SECOND)!);
  }
  for (const rate of rates) expect(rate).toBeCloseTo(0.8, 6);
});

it("forgets a slow start", () => {
  const pace = new Pace(0, 0);
  for (let s = 1; s <= 400; s++) pace.add(s * SECOND, s <= 100 ? s / 10 : 10 + (s - 100) * 2);
  expect(pace.rate(400 * SECOND)).toBeCloseTo(2, 6);
});
