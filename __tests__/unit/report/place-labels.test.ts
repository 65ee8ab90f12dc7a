import { placeLabels } from "../../../lib/report/figures/place-labels";

it("puts a lone label above its point", () => {
  expect(placeLabels([{ x: 100, y: 100, text: "0:1" }], 300)).toEqual([{ dx: 0, dy: -10, align: "center" }]);
});

it("puts labels of neighbours on different sides, and none over another point", () => {
  const [first, second] = placeLabels(
    [
      { x: 100, y: 100, text: "10:4608" },
      { x: 112, y: 92, text: "12:1024" },
    ],
    300,
  );

  expect(first).toEqual({ dx: -9, dy: 4, align: "right" });
  expect(second).toEqual({ dx: 0, dy: -10, align: "center" });
});

it("leaves a label out rather than over others or beyond the plot", () => {
  const crowd = Array.from({ length: 9 }, (_, i) => ({ x: 100 + (i % 3) * 12, y: 100 + Math.floor(i / 3) * 12, text: "10:4608" })); // prettier-ignore

  expect(placeLabels(crowd, 300)).toContain(undefined);
  expect(placeLabels([{ x: 2, y: 50, text: "10:4608" }], 300)).toEqual([{ dx: 9, dy: 4, align: "left" }]);
});
