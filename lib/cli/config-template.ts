import type { Command, Option } from "commander";
import { stringify } from "yaml";
import { defaultOf } from "../options/option";
import { fileOptions } from "./config-schema";
import { DeclaredOption } from "./declared-options";

const WIDTH = 100;

/**
 * A YAML file for a command's `--config`: every option under its text, at its default where that is a constant, empty where
 * it has to be given, behind "#" where something else applies without it.
 *
 * @param head lines of comment at its top
 */
export function configTemplate(command: Command, head: readonly string[]): string {
  const options = fileOptions(command);
  const groups = [...new Set(options.map(groupOf))];
  const parts = groups.map((group) => {
    const own = options.filter((option) => groupOf(option) === group);
    return ["", `# ${group}`, "", ...own.flatMap((option) => [...comment(command, option.description), line(option)])];
  });
  return [...head.map((text) => `# ${text}`), ...parts.flat(), ""].join("\n");
}

function groupOf({ helpGroupHeading = "Options:" }: Option): string {
  return helpGroupHeading;
}

function comment(command: Command, text: string): string[] {
  const wrapped = command.createHelp().boxWrap(text, WIDTH - "# ".length);
  return wrapped.split("\n").map((line) => `# ${line}`);
}

function line(option: Option): string {
  const key = option.attributeName();
  const placeholder = /<.*>/.exec(option.flags)?.[0];
  if (option.mandatory) return `${key}: # ${placeholder}, required`;
  const value = valueOf(option);
  if (value === undefined) return `# ${key}: ${placeholder ?? "true"}`;
  const choices = placeholder?.includes("|") ? ` # ${placeholder}` : "";
  const text = stringify(value, { collectionStyle: "flow", flowCollectionPadding: false, lineWidth: 0 }).trim();
  return `${key}: ${text}${choices}`;
}

/** What the file may say of an option without changing anything. */
function valueOf(option: Option): unknown {
  if (!(option instanceof DeclaredOption)) return option.defaultValue;
  const { schema, isOverride } = option;
  if (isOverride) return undefined;
  const value = defaultOf(schema);
  return value !== undefined && !option.required ? false : value; // a flag that means another value
}
