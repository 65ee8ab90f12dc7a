import type { z } from "zod";
import { aboutOf, bare, defaultOf, type About } from "./option";

/** The name of what commander read, and in YAML. */
export function keyOf(name: string, { flag = name }: About): string {
  return flag;
}

/** "--max-tokens" of maxTokens. */
export function flagOf(name: string, about: About): string {
  return `--${keyOf(name, about).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What follows the flag in the help; nothing where it says all by itself. */
export function placeholderOf(schema: z.core.$ZodType, { value, means, reads }: About): string {
  const { def } = bare(schema)._zod;
  if (means !== undefined || def.type === "boolean") return "";
  return ` <${value ?? valueOf(def)}${isRepeated(reads) ? "..." : ""}>`;
}

/** Whether its values are arguments each. */
export function isRepeated(reads: About["reads"]): boolean {
  return reads === "sources" || reads === "texts";
}

function valueOf(def: z.core.$ZodTypes["_zod"]["def"]): string {
  if (def.type === "enum") return Object.values(def.entries).join("|");
  if (def.type === "number") return "n";
  return def.type === "array" ? "list" : "text";
}

/** What applies where the option is not given, for people; undefined where nothing does. */
export function defaultText(schema: z.core.$ZodType): string | undefined {
  const { otherwise, means } = aboutOf(schema) ?? {};
  const value = defaultOf(schema);
  if (otherwise !== undefined || value === undefined || value === false || means !== undefined) return otherwise;
  return words(value);
}

/** A value as the command line has it. */
export function words(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  const items = Array.isArray(value) ? value : Object.entries(value).map(([key, item]) => `${key}=${String(item)}`);
  return items.length === 0 ? "none" : items.join(",");
}
