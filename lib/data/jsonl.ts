import { datasetError } from "./dataset-error";
import { LONGEST_ROW, Row } from "./row";
import { readText } from "./text";

/**
 * The objects of a JSON Lines file (`.jsonl`, `.jsonl.gz`) in order. Blank lines are passed over.
 *
 * @param text where that is of no file; `path` is what errors call it
 * @throws ERR_DATASET_FORMAT for a line that is not a JSON object or longer than any question, and for a file without any.
 */
export async function* readJsonl(path: string, text = readText(path)): AsyncGenerator<Row> {
  let number = 0;
  let isEmpty = true;
  for await (const line of lines(path, text)) {
    number++;
    if (line.trim() === "") continue;
    isEmpty = false;
    yield new Row(path, number, parseObject(line, path, number));
  }
  if (isEmpty) throw datasetError({ path }, "expected at least one row, found none");
}

async function* lines(path: string, text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  let row = 1;
  for await (const piece of text) {
    const [end, ...pieces] = piece.split("\n"); // of the piece alone: a long line is not looked through again and again
    rest += end!;
    if (rest.length > LONGEST_ROW)
      throw datasetError({ path, row }, `expected lines of at most ${LONGEST_ROW} characters`);
    if (pieces.length === 0) continue;
    row += pieces.length;
    yield rest;
    rest = pieces.pop()!;
    yield* pieces;
  }
  if (rest !== "") yield rest;
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
