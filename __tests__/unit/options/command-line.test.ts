import { z } from "zod";
import { commandLine } from "../../../lib/options/command-line";
import { integer, list, number, oneOf, text, yesOrNo } from "../../../lib/options/kinds";
import { option } from "../../../lib/options/option";

const group = z.object({
  file: option("what is read", text("a path"), { reads: "path" }),
  roomTokens: option("cells", integer(1).default(4), { flag: "room" }),
  basis: option("what is counted", oneOf(["sae", "residual"]).default("sae"), {
    flag: "raw",
    means: { value: "residual", text: "count coordinates" },
  }),
  steps: option("which", list(number("a number"), "numbers").default([0.5, 2])),
  sae: option("from where", list(text("a path"), "paths").exactOptional(), { reads: "sources" }),
  loud: option("whether it is loud", yesOrNo().exactOptional()),
});

const line = (values: Record<string, unknown>) =>
  commandLine(group, values, (text, { reads }) => (reads === "path" ? `<${text}>` : text)).join(" ");

test("says what differs from constants, with the command line's own names", () => {
  expect(line({ file: "a", roomTokens: 4, basis: "sae", steps: [0.5, 2], loud: false })).toBe("--file <a>");
  expect(line({ file: "a", roomTokens: 5, basis: "residual", steps: [], loud: true })).toBe(
    "--file <a> --room 5 --raw --steps none --loud",
  );
});

test("gives each of several sources an argument, and leaves out what is not there", () => {
  expect(line({ sae: ["1=a", "2=b"], loud: null, wings: 2 })).toBe("--sae 1=a 2=b");
});
