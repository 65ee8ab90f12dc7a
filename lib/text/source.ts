import { z } from "zod";
import { isReference } from "../hub/reference";
import { number, text } from "../options/kinds";
import { isTask } from "./task-texts";

/** Where texts are from. */
export interface TextSource {
  /**
   * A file, a folder, a data set of the hub (`hf:datasets/user/repository`, where wanted `/path` and `@revision`), or a task
   * (`task:mmlu`, where wanted with what it reads: `task:mmlu:folder`).
   */
  readonly from: string;
  /** Of rows: which of their fields is the text. @default as `readTexts` is told */
  readonly field?: string | undefined;
  /** How many characters are taken of it beside those of other sources. @default 1 */
  readonly weight?: number | undefined;
}

const POSITIVE = "a positive number";

export const textSource = z.object({
  from: text("a path, hf:datasets/user/repository, or task:name"),
  field: text("the name of a field").optional(),
  weight: number(POSITIVE).positive(POSITIVE).optional(),
});

/** Files of rows, which have fields. */
const ROWS = /\.(jsonl|ndjson|parquet)(\.(gz|xz|zst))?$/;

/**
 * A source as a command line names it: `[weight=]path[:field]`, such as `books.txt.xz`, `2=rows.jsonl.gz:content` and
 * `task:mmlu`. A field is one of a file of rows or of a data set.
 */
export function parseTextSource(named: string): TextSource {
  const [, weight, rest] = /^(?:(\d+(?:\.\d+)?)=)?(.+)$/s.exec(named)!;
  const [, from, field] = /^(.+):([\w.-]+)$/s.exec(rest!) ?? [];
  const hasField =
    from !== undefined && !isTask(from) && (ROWS.test(from) || (isReference(from) && from.includes("/")));
  return {
    from: hasField ? from : rest!,
    ...(hasField && { field }),
    ...(weight !== undefined && { weight: Number(weight) }),
  };
}
