import { byteText, estimateText, progressText, type StageProgress } from "../../../lib/cli/progress-text";

const evaluating: StageProgress = {
  stage: "evaluate",
  step: "24 arms x 200 questions",
  done: 57,
  total: 200,
  unit: "questions",
};

test("an estimate says what is to be done, and about how long that takes", () => {
  expect(estimateText(evaluating, 19 * 60 + 12)).toBe("evaluate: 24 arms x 200 questions, about 19 min");
});

test.each([
  [0.18, "evaluate: 24 arms x 200 questions, 57/200, 11 questions/min, about 13 min left"],
  [0.05, "evaluate: 24 arms x 200 questions, 57/200, 3.0 questions/min, about 48 min left"],
  [0.01, "evaluate: 24 arms x 200 questions, 57/200, 0.6 questions/min, about 3 h 58 min left"],
  [2.5, "evaluate: 24 arms x 200 questions, 57/200, 2.5 questions/s, about 57 s left"],
  [120, "evaluate: 24 arms x 200 questions, 57/200, 120 questions/s, about 1 s left"],
  [undefined, "evaluate: 24 arms x 200 questions, 57/200"],
])("%d questions a second are %s", (rate, text) => {
  expect(progressText(evaluating, rate)).toBe(text);
});

test("bytes are told in a unit that people read", () => {
  const hashing = { stage: "collect", step: "hash of the model", done: 1.5e9, total: 5.2e9, unit: "bytes" };
  expect(progressText(hashing, 4e8)).toBe("collect: hash of the model, 1.5/5.2 GB, 400 MB/s, about 9 s left");
});

test("the words give way to the numbers where a terminal is narrow", () => {
  const text = progressText(evaluating, 2.5, 60);
  expect(text).toBe("evaluate: 24 ar..., 57/200, 2.5 questions/s, about 57 s left");
  expect(text).toHaveLength(60);
  expect(progressText(evaluating, 2.5, 10)).toHaveLength(10);
});

test("nothing is left to wait for at the end", () => {
  expect(progressText({ ...evaluating, done: 200 }, 2.5)).toBe("evaluate: 24 arms x 200 questions, 200/200");
});

test.each([
  [22_000, "22.0 kB"],
  [150_000, "0.1 MB"],
  [1_720_000_000, "1.7 GB"],
])("%d bytes are %s", (bytes, text) => {
  expect(byteText(bytes)).toBe(text);
});
