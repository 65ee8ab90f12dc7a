import { z } from "zod";
import { refuseUnknown } from "../../../lib/options/refuse-unknown";

const engine = z.object({ contextTokens: z.int(), threads: z.int() });
const run = z.object({ signal: z.custom<AbortSignal>() });

test("lets options of any of the groups be, given or not", () => {
  expect(() => refuseUnknown({ contextTokens: 1, signal: undefined }, engine, run)).not.toThrow();
});

test.each([
  ["contextToken", "contextTokens"],
  ["treads", "threads"],
  ["SIGNAL", "signal"],
])("names %s, and the nearest that there is", (name, nearest) => {
  expect(() => refuseUnknown({ threads: 1, [name]: 2 }, engine, run)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_ARGUMENT", message: expect.stringContaining(`is ${nearest},`) }),
  );
});
