import { z } from "zod";
import { invalidArgument, SteeringError } from "../errors";
import { writeFileAtomically } from "./atomic-write";
import { formatError } from "./format-error";
import { readBytes } from "./read-file";

/** Of a file of another version every entry is wrong: as many as these are told. */
const ISSUES = 3;
/** Characters of a value that is not what was expected. */
const SHOWN = 80;

/** @throws ERR_FILE_WRITE; ERR_NON_FINITE as `toJson` */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomically(path, jsonText(value));
}

/** All of such a file. @throws as `toJson` */
export function jsonText(value: unknown): string {
  return `${toJson(value, 2)}\n`;
}

/** @throws ERR_NON_FINITE for NaN or an infinity, which JSON would turn into null, ERR_INVALID_ARGUMENT for a BigInt: names its field */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (key, field: unknown) => {
      if (typeof field === "bigint") throw invalidArgument(key, "a value that JSON can hold", field);
      if (typeof field !== "number" || Number.isFinite(field)) return field;
      throw new SteeringError("ERR_NON_FINITE", `expected finite numbers to write, found ${field} as "${key}"`, {
        field: key,
      });
    },
    indent,
  );
}

/** @throws ERR_FILE_FORMAT when there is no such file, or it is not JSON of this form: names the file and the field */
export async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  return parseJsonFile(path, await readBytes(path), schema);
}

/** The same of bytes that were read. */
export function parseJsonFile<T extends z.ZodType>(path: string, bytes: Buffer, schema: T): z.infer<T> {
  return parseJson(bytes.toString("utf8"), schema, (reason, cause) => formatError(path, reason, cause));
}

/** @throws what `fail` makes of the reason */
export function parseJson<T extends z.ZodType>(
  text: string,
  schema: T,
  fail: (reason: string, cause?: unknown) => Error,
): z.infer<T> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw fail(`not JSON (${(cause as Error).message})`, cause);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const more = issues.length > ISSUES ? ` … and ${issues.length - ISSUES} more` : "";
    const told = issues.slice(0, ISSUES).map((issue) => describe(issue, value));
    throw fail(`${told.join("; ")}${more}`, parsed.error);
  }
  return parsed.data;
}

/** The field, what was expected of it, and what it is. */
function describe({ path, message }: z.core.$ZodIssue, document: unknown): string {
  const field = path.map(String).join(".");
  const expected = message.replace(/^Invalid \w+: /, "").replace(/, received .*$/, "");
  const found = path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    document,
  );
  const otherVersion =
    field === "format" && typeof found === "number" && /\d$/.test(expected)
      ? " (another version of corrsteer wrote it)"
      : "";
  return `${field === "" ? "" : `${field}: `}${expected}, found ${shown(found)}${otherVersion}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
