import { repeatsItself } from "../../../lib/neutral/repetition";

it.each([
  [true, "the the the the the the the the the the the the"],
  [true, "No. No. No. No. No. No. No. No."],
  [true, "!!!!!!!!!!!!!!!!"],
  [true, `It is a river in the north of it. ${"I do not know. ".repeat(8)}`],
  [false, "the the the"],
  [false, "Seven and five are twelve; twelve less three are nine; nine and one are ten, which is the answer."],
  [false, ""],
])("says %s of %j", (repeats, text) => {
  expect(repeatsItself(text)).toBe(repeats);
});
