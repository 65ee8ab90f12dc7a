import { configSchema } from "../../../lib/cli/config-schema";
import { createProgram } from "../../../lib/cli/program";

const properties = (name: string) =>
  (
    configSchema(createProgram().commands.find((command) => command.name() === name)!) as {
      properties: Record<string, object>;
    }
  ).properties;

it("has every option of a command, by its name in YAML, with range, default and text", () => {
  expect(properties("run")).toMatchObject({
    samples: { type: "integer", minimum: 1, default: 4000, description: expect.stringContaining("select features on") },
    context: { type: "integer" },
    split: { enum: ["clean", "official"], default: "clean" },
    raw: { type: "boolean" },
    layers: { anyOf: expect.arrayContaining([{ type: "string" }]), default: "all" },
    variant: { default: ["S", "A", "P"] },
    out: { description: expect.stringContaining("Default: runs/<task>-<model>-<seed>.") },
  });
  expect(properties("run")).not.toHaveProperty("contextTokens");
});

it("tells no default of what stands in place of what a run says", () => {
  expect(properties("evaluate")["samples"]).not.toHaveProperty("default");
});
