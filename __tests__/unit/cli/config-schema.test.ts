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
    out: { description: expect.stringContaining("Default: runs/<task>-<data>-<model>-<seed>-<") },
  });
  expect(properties("run")).not.toHaveProperty("contextTokens");
});

it("has them too where one command alone has them", () => {
  expect(properties("run")["seeds"]).toMatchObject({ anyOf: [{ type: "array", minItems: 1 }, { type: "string" }] });
  expect(properties("encode")["layer"]).toMatchObject({ type: "integer", minimum: 0 });
  expect(properties("capture")["kvType"]).toMatchObject({ enum: ["f16", "f32", "bf16", "q8_0"], default: "f16" });
  expect(properties("report")["figures"]).toMatchObject({
    anyOf: [{ type: "array", items: { enum: ["svg", "png"] } }, { type: "string" }],
  });
});

it("tells no default of what stands in place of what a run says", () => {
  expect(properties("evaluate")["samples"]).not.toHaveProperty("default");
});
