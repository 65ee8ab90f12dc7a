import { count, quantity } from "../../lib/quantity";

test.each([
  [count(1234567), "1,234,567"],
  [count(999), "999"],
  [quantity(1, "token"), "1 token"],
  [quantity(2000, "token"), "2,000 tokens"],
])("%s is %s", (text, expected) => {
  expect(text).toBe(expected);
});
