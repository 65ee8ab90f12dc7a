import { Command } from "commander";
import { z } from "zod";
import { addDeclared, declared } from "../../../lib/cli/declared-options";
import { inFlags } from "../../../lib/cli/in-flags";
import { errorCode, invalidArgument, outOfRange, SteeringError } from "../../../lib/errors";
import { integer, oneOf, text, yesOrNo } from "../../../lib/options/kinds";
import { option } from "../../../lib/options/option";
import { runMismatch } from "../../../lib/run/mismatch";

const group = z.object({
  file: option("what is read", text("a path"), { value: "path", reads: "path" }),
  roomTokens: option("cells", integer(1).exactOptional(), { flag: "room", otherwise: "enough" }),
  basis: option("what is counted", oneOf(["sae", "residual"]).default("sae"), {
    flag: "raw",
    means: { value: "residual", text: "count coordinates" },
  }),
  steps: option("which", z.array(z.number()).default([0.5, 2])),
  inOneGo: option("all at once", yesOrNo().default(false)),
});

const command = (isOverride = false) => addDeclared(new Command("x"), "Things:", group, isOverride);
const parsed = (line: string, isOverride = false) =>
  declared(group, command(isOverride).parse(line.split(" "), { from: "user" }).opts());
const help = (isOverride: boolean) => command(isOverride).helpInformation().replaceAll(/\s+/g, " ");

it("reads text by the type of the option, under the library's names", () => {
  expect(parsed("--file a.txt --room 3 --raw --steps 1,2.5 --in-one-go")).toEqual({
    ...{ file: "a.txt", roomTokens: 3, basis: "residual", steps: [1, 2.5], inOneGo: true },
  });
  expect(parsed("--file a.txt --steps none")).toEqual({ file: "a.txt", steps: [] });
});

it("tells text and default, whether a constant or said in words", () => {
  expect(help(false)).toContain(
    "Things: --file <path> what is read --room <n> cells (default: enough) --raw count coordinates " +
      "--steps <list> which (default: 0.5,2) --in-one-go all at once",
  );
});

it("tells no default of what stands in place of something known, which can be taken back", () => {
  expect(help(true)).not.toContain("default");
  expect(parsed("--no-in-one-go", true)).toEqual({ inOneGo: false });
});

describe("an error of the library", () => {
  const message = (error: Error) => (inFlags(error, command()) as Error).message;

  it("names the flag, and the flags in what was expected", () => {
    expect(message(outOfRange("roomTokens", "an integer", 0))).toBe("--room: expected an integer, got 0");
    expect(message(invalidArgument("file", 'none with basis "residual"', "a"))).toBe(
      '--file: expected none with --raw, got "a"',
    );
  });

  it("names the flag of an option that is a member of another", () => {
    expect(message(outOfRange("branches[0].roomTokens", "an integer", 0))).toBe("--room: expected an integer, got 0");
  });

  it("names flags in what it advises, and nothing else", () => {
    const advise = (text: string) => message(new SteeringError("ERR_CONTEXT_FULL", text));
    expect(advise("a/roomTokens/b: file is too long: raise roomTokens")).toBe(
      "a/roomTokens/b: file is too long: raise --room",
    );
    expect(advise('too long: use basis "residual" or set inOneGo (or otherOption)')).toBe(
      "too long: use --raw or set --in-one-go (or otherOption)",
    );
  });

  it("of another run names flags, and whether those without a value were given", () => {
    const differences = [
      { field: "environment.roomTokens", option: "roomTokens", found: "1", asked: "2" },
      { field: "environment.basis", option: "basis", found: '"sae"', asked: '"residual"' },
      { field: "samples.n", found: "3", asked: "4" },
    ];
    expect(message(runMismatch("run", differences))).toContain(
      "(--room: found 1, asked for 2; --raw: found not given, asked for given; in run.json samples.n: found 3, asked for 4)",
    );
  });

  it("keeps its code, and is let alone where the command has no such option", () => {
    expect(errorCode(inFlags(outOfRange("steps", "some", 0), command()))).toBe("ERR_OUT_OF_RANGE");
    const error = invalidArgument("directories", "two", 1);
    expect(inFlags(error, command())).toBe(error);
  });
});
