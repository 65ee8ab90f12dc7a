import { layers, numbersById, list, number, numbers } from "../../../lib/cli/options";

test("reads layers and ranges of layers", () => {
  expect(layers("all")).toBe("all");
  expect(layers("0,3,5-7")).toEqual([0, 3, 5, 6, 7]);
});

test.each(["", "3-", "7-5", "-1", "one", "1,,2"])("rejects the layers %j", (text) => {
  expect(() => layers(text)).toThrow('"all" or layers');
});

test("reads numbers, and nothing else as a number", () => {
  expect(number("-0.5")).toBe(-0.5);
  expect(numbers("0.5,2")).toEqual([0.5, 2]);
  for (const text of ["", " ", "1x"]) expect(() => number(text)).toThrow("expected a number");
});

test("reads lists, and none as the empty one", () => {
  expect(list("S, A")).toEqual(["S", "A"]);
  expect(list("none")).toEqual([]);
});

test("reads numbers by id, between commas", () => {
  expect(numbersById("5=-1.5, 70=1e9")).toEqual({ 5: -1.5, 70: 1e9 });
  expect(numbersById("none")).toEqual({});
  for (const text of ["5", "5=", "x=1", "5=x", "-1=2", ""]) expect(() => numbersById(text)).toThrow(/expected/);
});
