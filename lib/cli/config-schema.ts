import type { Command, Option } from "commander";
import { z } from "zod";
import { aboutOf, bare } from "../options/option";
import { DeclaredOption } from "./declared-options";
import { wordsOf } from "./leaves";

/** What the YAML file of a command's `--config` may say, as a JSON schema: editors complete and check with it. */
export function configSchema(command: Command): object {
  const options = fileOptions(command);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: `corrsteer ${wordsOf(command)} --config`,
    type: "object",
    properties: Object.fromEntries(options.map((option) => [option.attributeName(), propertyOf(option)])),
    additionalProperties: false,
  };
}

/** The options that the file may give. */
export function fileOptions(command: Command): Option[] {
  return command.options.filter(({ negate, long }) => !negate && long !== "--config");
}

function propertyOf(option: Option): object {
  if (!(option instanceof DeclaredOption)) {
    const { description } = option;
    return { description, type: option.required ? ["string", "number", "array"] : "boolean" };
  }
  const { schema, isOverride } = option;
  const { text, more, means, otherwise } = aboutOf(schema)!;
  const rest = [more, otherwise && !isOverride && `Default: ${otherwise}.`].filter(Boolean);
  const description = [`${means?.text ?? text}.`, ...rest].join(" ");
  if (means) return { description, type: "boolean" };
  const { $schema: _, default: constant, ...type } = z.toJSONSchema(schema, { io: "input" });
  const inWords = ["array", "record"].includes(bare(schema)._zod.def.type) || type.anyOf !== undefined;
  return {
    description,
    ...(inWords ? { anyOf: [type, { type: "string" }] } : type), // as on the command line: "0.5,2"
    ...(constant !== undefined && !isOverride && { default: constant }),
  };
}
