import { printable, printableLines } from "../../lib/printable";

/** Writes the clipboard, in terminals that let it. */
const OSC_52 = "\u001b]52;c;aGk=\u0007";

test.each([
  ["writes the clipboard", OSC_52, "\\u001b]52;c;aGk=\\u0007"],
  ["forges a line", "S\nA 100 %\r", "S\\nA 100 %\\u000d"],
  ["turns words round", "a\u202eb\u2069c\u200fd", "a\\u202eb\\u2069c\\u200fd"],
  ["is an escape in one byte", "\u009b2J\u007f", "\\u009b2J\\u007f"],
  ["ends a line to some", "a\u2028b", "a\\u2028b"],
  ["is in another script", "שלום 你好 👩‍🔬 naïve", "שלום 你好 👩‍🔬 naïve"],
])("shows what %s", (_, text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printable(shown)).toBe(shown);
});

test("leaves lines and tabs of longer text, and all of a JSON document's meaning", () => {
  expect(printableLines(`a\tb\n${OSC_52}`)).toBe("a\tb\n\\u001b]52;c;aGk=\\u0007");
  const value = { text: `\u009b \u202e \u007f ${OSC_52}` };
  expect(JSON.parse(printableLines(JSON.stringify(value, null, 2)))).toEqual(value);
});
