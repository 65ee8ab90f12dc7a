import { datasetError } from "./dataset-error";
import { lines } from "./lines";
import { LONGEST_ROW, Row } from "./row";
import { readText } from "./text";

/**
 * The objects of a JSON Lines file (`.jsonl`, or packed as `.jsonl.gz`, `.xz` or `.zst`) in order. Blank lines are passed over.
 *
 * @param text where that is of no file; `path` is what errors call it
 * @throws ERR_DATASET_FORMAT for a line that is not a JSON object or longer than any question, and for a file without any.
 */
export async function* readJsonl(path: string, text = readText(path)): AsyncGenerator<Row> {
  let number = 0;
  let isEmpty = true;
  for await (const line of lines(text, LONGEST_ROW + 1)) {
    number++;
    if (line.length > LONGEST_ROW)
      throw datasetError({ path, row: number }, `expected lines of at most ${LONGEST_ROW} characters`);
    if (line.trim() === "") continue;
    isEmpty = false;
    yield new Row(path, number, parseObject(line, path, number));
  }
  if (isEmpty) throw datasetError({ path }, "expected at least one row, found none");
}

function parseObject(line: string, path: string, row: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw datasetError({ path, row }, `expected a JSON object: ${(error as Error).message}`, error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw datasetError({ path, row }, `expected a JSON object, found ${line.trim().slice(0, 80)}`);
  }
  return value as Record<string, unknown>;
}
