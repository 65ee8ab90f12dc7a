import { z } from "zod";

/** What a command line has to know of an option that its type does not say. */
export interface Spelling {
  /** Its name on the command line and in the command line's YAML files, in camelCase, where that is not the option's. */
  readonly flag?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  /** The flag has no value: given, it means this one, of which the help has to tell. */
  readonly means?: { readonly value: string; readonly text: string };
  /**
   * How text becomes a value: "sources" are a folder or entries `layer=path`, "texts" any, an argument each; "count" is a
   * number that may end in k (a thousand), M or G.
   */
  readonly reads?: "path" | "layers" | "sources" | "texts" | "count";
  /** What applies where the option is not given and its default is no constant, such as "the task's". */
  readonly otherwise?: string;
  /** What the text has no room for, as sentences: for the types and the JSON schema, not for the help. */
  readonly more?: string;
}

/** An option as people are told of it. */
export interface About extends Spelling {
  /** What it is, as a phrase: the help's, the JSON schema's, and as a sentence the types'. */
  readonly text: string;
}

/** Options by their names: one group of the table that all else is derived from. */
export type Group = z.ZodObject<z.core.$ZodShape>;

const abouts = z.registry<About>();

/**
 * Declares an option: its text here, type, range and default by the schema. The text's home is this call, as help and JSON
 * schema need it when the program runs; the build writes it into the declared types too, for editors and `docs/api`.
 */
export function option<T extends z.ZodType>(text: string, schema: T, spelling: Spelling = {}): T {
  abouts.add(schema, { text, ...spelling });
  return schema;
}

/** The same option where it has to be given. */
export function required<T extends z.ZodType>(schema: z.ZodExactOptional<T>): T {
  const { text, ...spelling } = abouts.get(schema)!;
  return option(text, schema.unwrap(), spelling);
}

/** Of a member of a group; none of what is no option of a command line, such as a callback. */
export function aboutOf(schema: z.core.$ZodType): About | undefined {
  return abouts.get(schema);
}

/** What is asked of a group, for callers: nobody changes it. */
export type Given<G extends Group> = { readonly [K in keyof z.input<G>]: Unchanged<z.input<G>[K]> };
type Unchanged<T> = T extends (infer Item)[] ? readonly Item[] : T;

/** The schema without what says that it may be left out. */
export function bare(schema: z.core.$ZodType): z.core.$ZodTypes {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return "innerType" in def ? bare(def.innerType) : (schema as z.core.$ZodTypes);
}

/** What applies where the option is not given, if that is a constant. */
export function defaultOf(schema: z.core.$ZodType): unknown {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === "default" ? def.defaultValue : undefined;
}

/** Whether it has to be given. */
export function isRequired(schema: z.core.$ZodType): boolean {
  return schema._zod.optin === undefined;
}
