import { count, duration, quantity } from "../../lib/quantity";

test.each([
  [count(1234567), "1,234,567"],
  [count(999), "999"],
  [quantity(1, "token"), "1 token"],
  [quantity(2000, "token"), "2,000 tokens"],
  [duration(0.4), "0 s"],
  [duration(89), "89 s"],
  [duration(100), "2 min"],
  [duration(7500), "2 h 5 min"],
])("%s is %s", (text, expected) => {
  expect(text).toBe(expected);
});
