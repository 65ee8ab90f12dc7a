import { type Command, Option } from "commander";
import type { z } from "zod";
import { defaultText, flagOf, isRepeated, keyOf, placeholderOf } from "../options/flags";
import { aboutOf, bare, type Given, type Group, isRequired } from "../options/option";
import { count, layers, list, number, numbers, numbersById, saeSource, under } from "./options";

/** An option of the library on the command line: everything about it is from its declaration. */
export class DeclaredOption extends Option {
  /** @param isOverride it stands in place of what is known, so that it is not needed and has no default */
  constructor(
    /** Its name in the library. */
    readonly option: string,
    readonly schema: z.core.$ZodType,
    readonly isOverride: boolean,
  ) {
    const about = aboutOf(schema)!;
    const text = about.means?.text ?? about.text;
    const otherwise = isOverride ? undefined : defaultText(schema);
    super(
      `${flagOf(option, about)}${placeholderOf(schema, about)}`,
      otherwise === undefined ? text : `${text} (default: ${otherwise})`,
    );
    if (!isOverride && isRequired(schema)) this.makeOptionMandatory();
    const parse = parserOf(schema);
    if (parse) this.argParser(parse);
  }
}

/** A group's options under a heading of their own. */
export function addDeclared(command: Command, heading: string, { shape }: Group, isOverride = false): Command {
  return under(heading, command, (group) => {
    for (const [name, schema] of spelled(shape)) {
      const option = new DeclaredOption(name, schema, isOverride);
      group.addOption(option);
      if (isOverride && bare(schema)._zod.def.type === "boolean") {
        group.addOption(new Option(option.long!.replace("--", "--no-"), `take back ${option.long}`));
      }
    }
    return group;
  });
}

/** Those of a group that were given, by the library's names. Whether they are right the library says. */
export function declared<G extends Group>({ shape }: G, flags: object): Partial<Given<G>> {
  const values = spelled(shape).flatMap(([name, schema]) => {
    const read = (flags as Record<string, unknown>)[keyOf(name, aboutOf(schema)!)];
    const value = valueOf(schema, read);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values) as Partial<Given<G>>;
}

/** Those that a command line can have: no callbacks, no objects. */
function spelled(shape: Group["shape"]): [name: string, schema: z.core.$ZodType][] {
  return Object.entries(shape).filter(([, schema]) => aboutOf(schema) && bare(schema)._zod.def.type !== "custom");
}

/** The library's value of what commander read, or undefined for none. */
export function valueOf(schema: z.core.$ZodType, read: unknown): unknown {
  const { means, reads } = aboutOf(schema)!;
  if (means !== undefined) return read === true ? means.value : undefined;
  return reads === "sources" && read !== undefined ? saeSource(read as string[]) : read;
}

function parserOf(schema: z.core.$ZodType): ((text: string) => unknown) | undefined {
  const { reads } = aboutOf(schema)!;
  if (reads === "layers") return layers;
  if (reads === "count") return count;
  if (isRepeated(reads)) return undefined;
  const { def } = bare(schema)._zod;
  if (def.type === "number") return number;
  if (def.type === "record") return numbersById;
  if (def.type !== "array") return undefined;
  return bare(def.element)._zod.def.type === "number" ? numbers : list;
}
