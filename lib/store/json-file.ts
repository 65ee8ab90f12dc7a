import { z } from "zod";
import { SteeringError } from "../errors";
import { writeFileAtomically } from "./atomic-write";
import { readBytes } from "./read-file";

/** Of a file of another version every entry is wrong: as many as these are told. */
const ISSUES = 3;

/** @throws ERR_FILE_WRITE */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** @throws ERR_FILE_FORMAT when there is no such file, or it is not JSON of this form: names the file and the field */
export async function readJson<T extends z.ZodType>(path: string, schema: T): Promise<z.infer<T>> {
  const fail = (reason: string, cause?: unknown) =>
    new SteeringError("ERR_FILE_FORMAT", `${path}: ${reason}`, { path, reason }, { cause });
  return parseJson((await readBytes(path)).toString("utf8"), schema, fail);
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
    const told = z.prettifyError({ issues: issues.slice(0, ISSUES) }).replaceAll(/\s+/g, " ");
    throw fail(`${told}${more}`, parsed.error);
  }
  return parsed.data;
}
