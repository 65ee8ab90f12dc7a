import { z } from "zod";
import { integer, oneOf, text, yesOrNo } from "../../../lib/options/kinds";
import { option } from "../../../lib/options/option";
import { resolveOptions } from "../../../lib/options/resolve";

const group = z.object({
  name: option("what it is called", text("a name")),
  count: option("how many", integer(1, 9).default(3)),
  way: option("how", oneOf(["up", "down"]).exactOptional()),
  loud: option("whether it is loud", yesOrNo().default(false)),
  steps: option("which steps", z.array(integer(0), "a list").exactOptional()),
});

test("fills in defaults, takes undefined for not given, and lets what is another's alone", () => {
  expect(resolveOptions(group, { name: "a", way: undefined, wings: 2 })).toEqual({ name: "a", count: 3, loud: false });
});

test.each<[string, object, string, string, string, unknown]>([
  ["what is missing", {}, "ERR_INVALID_ARGUMENT", "name", "a name", undefined],
  ["a wrong type", { count: "4" }, "ERR_INVALID_ARGUMENT", "count", "an integer from 1 to 9", "4"],
  ["a number beyond", { count: 10 }, "ERR_OUT_OF_RANGE", "count", "an integer from 1 to 9", 10],
  ["a fraction", { count: 1.5 }, "ERR_OUT_OF_RANGE", "count", "an integer from 1 to 9", 1.5],
  ["NaN", { count: NaN }, "ERR_OUT_OF_RANGE", "count", "an integer from 1 to 9", NaN],
  ["a word that is none", { way: "left" }, "ERR_INVALID_ARGUMENT", "way", "one of up, down", "left"],
  ["no truth value", { loud: "yes" }, "ERR_INVALID_ARGUMENT", "loud", "true or false", "yes"],
  ["an item of a list", { steps: [0, -1] }, "ERR_OUT_OF_RANGE", "steps", "an integer of at least 0", -1],
])("says of %s what was expected and found", (_, wrong, code, name, expected, actual) => {
  const options = code === "ERR_INVALID_ARGUMENT" && name === "name" ? wrong : { name: "a", ...wrong };

  expect(() => resolveOptions(group, options)).toThrow(
    expect.objectContaining({ code, details: { name, expected, actual } }),
  );
});
