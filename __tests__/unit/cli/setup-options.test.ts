import { Command } from "commander";
import { declared } from "../../../lib/cli/declared-options";
import { addOverrideOptions, addSetupOptions } from "../../../lib/cli/setup-options";
import { setupOptions } from "../../../lib/pipeline/setup-options";

const parsed = (add: (command: Command) => Command, ...args: string[]) =>
  declared(setupOptions, add(new Command()).parse(args, { from: "user" }).opts());

it("gives a later stage nothing in place of what the run says unless it was asked to", () => {
  expect(parsed(addOverrideOptions)).toEqual({});
});

it("lets a later stage take back what the run was told", () => {
  const taken = parsed(addOverrideOptions, "--no-chain-of-thought", "--no-constrained", "--few-shot", "0");
  expect(taken).toEqual({ chainOfThought: false, constrained: false, fewShot: 0 });
});

it("tells defaults and what is required of a new run alone", () => {
  const help = (add: (command: Command) => Command) => add(new Command()).helpInformation().replaceAll(/\s+/g, " ");
  expect(help(addSetupOptions)).toMatch(/default:\s4000/);
  expect(help(addOverrideOptions)).not.toMatch(/default:/);
  expect(() =>
    addSetupOptions(new Command().exitOverride().configureOutput({ writeErr: () => {} })).parse([], { from: "user" }),
  ).toThrow(/--model/);
});
