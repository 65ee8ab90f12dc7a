import { overlapOf, overlapText } from "../../../lib/report/compare/overlap";

test("counts the questions that several runs selected on", () => {
  expect(
    overlapOf([
      ["a", "b"],
      ["b", "c"],
      ["b", "d", "a"],
    ]),
  ).toEqual({ n: 4, shared: 2 });
  expect(overlapOf([["a"], ["b"]])).toEqual({ n: 2, shared: 0 });
});

test("says that seeds which share questions are no independent repetitions", () => {
  expect(overlapText({ n: 4, shared: 2 })).toBe(
    "Of the 4 questions selected on, 2 were under more than one seed: the seeds are no independent repetitions.",
  );
  expect(overlapText({ n: 4, shared: 0 })).toBe("No question was selected on under two of the seeds.");
});
