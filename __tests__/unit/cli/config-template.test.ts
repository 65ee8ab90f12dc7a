import type { Command } from "commander";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandNamed } from "../../../lib/cli/command-named";
import { fileOptions } from "../../../lib/cli/config-schema";
import { configTemplate } from "../../../lib/cli/config-template";
import { DeclaredOption, valueOf } from "../../../lib/cli/declared-options";
import { leaves, wordsOf } from "../../../lib/cli/leaves";
import { createProgram } from "../../../lib/cli/program";
import { defaultOf } from "../../../lib/options/option";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const names = leaves(createProgram()).map(wordsOf);
const template = (name: string) => configTemplate(commandNamed(createProgram(), name), []);

/** The command after it has read the file of `--config`; it does nothing. */
function commandWith(name: string, text: string): Command {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  const program = createProgram();
  const command = commandNamed(program, name).action(() => {});
  const values = command.registeredArguments.map(({ argChoices }) => argChoices?.[0] ?? "run");
  program.parse([...name.split(" "), ...values, "--config", file], { from: "user" });
  return command;
}

it.each(names)("of %s has all its options, and changes nothing where it is not changed", (name) => {
  const text = template(name);

  const command = commandWith(
    name,
    text.replaceAll(/: # <(.*)>, required$/gm, (_, value) => `: ${value === "url" ? "http://127.0.0.1" : 1}`),
  );

  for (const option of fileOptions(command)) {
    const key = option.attributeName();
    expect(text).toMatch(new RegExp(`^(# )?${key}:`, "m"));
    if (!(option instanceof DeclaredOption) || option.mandatory) continue;
    const value = defaultOf(option.schema);
    const read = valueOf(option.schema, command.getOptionValue(key));
    if (command.getOptionValueSource(key) === "config") expect(read ?? value).toEqual(value);
    else expect(option.isOverride || value === undefined).toBe(true);
  }
});

it("says what each option is, its choices, and what applies without one", () => {
  const text = template("run");

  expect(text).toMatch(
    /^# Model and SAEs:\n\n# the model: a GGUF file, or one of the hub such as hf:user\/repository:Q4_K_M\nmodel: # <file>, required$/m,
  );
  expect(text).toMatch(/^# most questions to select features on \(default: 4000\)\nsamples: 4000$/m);
  expect(text).toMatch(/^split: clean # <clean\|official>$/m);
  expect(text).toMatch(/^variant: \[S, A, P\]/m);
  expect(text).toMatch(/\(default: all\)\n# category: <name>$/m);
  expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThanOrEqual(120);
});

it("asks for what is required", () => {
  expect(() => commandWith("run", template("run"))).toThrow("run.yaml: model: expected a value");
});

it("reads a mapping as the command line's numbers by id", () => {
  const command = commandWith("generate", "model: m\nlogitBias: { 5: -100, 70: 2.5 }\n");

  expect(command.getOptionValue("logitBias")).toEqual({ 5: -100, 70: 2.5 });
});
