import { z } from "zod";
import { option } from "../../../lib/options/option";
import { refuseUnknown } from "../../../lib/options/refuse-unknown";

const engine = z.object({ contextTokens: z.int(), threads: z.int() });
const run = z.object({ signal: z.custom<AbortSignal>(), directory: option("where", z.string(), { flag: "out" }) });

test("lets options of any of the groups be, given or not", () => {
  expect(() => refuseUnknown({ contextTokens: 1, signal: undefined }, engine, run)).not.toThrow();
});

test.each([
  ["contextToken", "contextTokens"],
  ["treads", "threads"],
  ["SIGNAL", "signal"],
  ["out", "directory"], // as the command line has it
])("names %s, and the nearest that there is", (name, nearest) => {
  expect(() => refuseUnknown({ threads: 1, [name]: 2 }, engine, run)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining(`is ${nearest},`) }),
  );
});
