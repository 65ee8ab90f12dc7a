import { forestFigure, type ForestRow } from "../../../lib/report/figures/forest";
import { LIGHT } from "../../../lib/report/figures/look";

const row = (name: string, finding: ForestRow["finding"], leads = false): ForestRow => ({
  ...{ name, difference: 0.1, interval: [0.05, 0.15], finding, leads },
});
const FIGURE = forestFigure([[row("A", "raises", true), row("random × 5", "draws")], [row("baseline again", "open")]], "accuracy"); // prettier-ignore

interface Drawn {
  height: number;
  scales: { name: string; domain: string[]; range: string[] }[];
  data: { values: { name: string; y: number; indent: number; weight: string; low: number }[] }[];
}
const drawn = (width: number) => FIGURE.spec({ width, palette: LIGHT }) as unknown as Drawn;

it("explains the signs that it uses, and no others", () => {
  const { domain, range } = drawn(800).scales.find(({ name }) => name === "colour")!;

  expect(domain).toEqual(["raises accuracy", "no measurable change", "range of draws"]);
  expect(range).toEqual([LIGHT.good, LIGHT.muted, LIGHT.muted]);
});

it("tells findings apart by shape or filling as well as by colour", () => {
  const all = forestFigure(
    [(["raises", "doubted", "lowers", "open", "draws"] as const).map((of) => row(of, of))],
    "it",
  );
  const { scales } = all.spec({ width: 800, palette: LIGHT }) as unknown as Drawn;
  const [fills, shapes] = ["fill", "shape"].map((of) => scales.find(({ name }) => name === of)!.range);

  const looks = shapes!.map((shape, i) => `${shape} ${fills![i] === LIGHT.surface ? "open" : "filled"}`);
  expect(new Set(looks).size).toBe(5);
});

it("puts what stands beside a profile below it, further in, and groups apart", () => {
  const [profile, draws, alone] = drawn(800).data[0]!.values;

  expect([profile, draws, alone].map((of) => [of!.weight, of!.indent > 0])).toEqual([["bold", false], ["normal", true], ["normal", false]]); // prettier-ignore
  expect(alone!.y - draws!.y).toBeGreaterThan(draws!.y - profile!.y);
  expect(profile!.low).toBeCloseTo(5);
});

it("is closer on a phone", () => {
  const between = (width: number) => {
    const [first, second] = drawn(width).data[0]!.values;
    return second!.y - first!.y;
  };
  expect(between(340)).toBeLessThan(between(800));
});
