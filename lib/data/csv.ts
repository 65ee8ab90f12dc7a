import { CsvError, type Info, parse } from "csv-parse";
import { pipeline, Readable } from "node:stream";
import { datasetError } from "./dataset-error";
import { LONGEST_ROW, Row } from "./row";
import { readText } from "./text";

/**
 * The records of an RFC 4180 file in order, every value a string. Quotes inside an unquoted value are part of it, as
 * MMLU's files need.
 *
 * @param columns Names of the columns of a file without a header; left out, the first record is the header.
 * @throws ERR_DATASET_FORMAT for a record of another length, a file without records, and a quote that does not end (the
 * row is then the file's last).
 */
export async function* readCsv(path: string, columns?: readonly string[]): AsyncGenerator<Row> {
  let names = columns;
  let firstLine = 1;
  let isEmpty = true;
  for await (const { record, info } of records(path)) {
    const isBlank = record.length === 1 && record[0] === "";
    if (names === undefined) {
      names = record;
    } else if (!isBlank) {
      isEmpty = false;
      yield new Row(path, firstLine, named(record, names, path, firstLine));
    }
    firstLine = info.lines + 1;
  }
  if (isEmpty) throw datasetError({ path }, "expected at least one row, found none");
}

interface CsvRecord {
  record: string[];
  info: Info;
}

async function* records(path: string): AsyncGenerator<CsvRecord> {
  const parser = parse({
    info: true,
    max_record_size: LONGEST_ROW,
    record_delimiter: ["\r\n", "\n"],
    relax_column_count: true, // readCsv checks it, and knows where the record begins
    relax_quotes: true,
  });
  pipeline(Readable.from(readText(path)), parser, () => {}); // an error reaches whoever iterates over the parser
  try {
    yield* parser as AsyncIterable<CsvRecord>;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error; // readText's own
    throw datasetError({ path, row: Number(error["lines"]) }, error.message, error);
  }
}

function named(record: string[], names: readonly string[], path: string, row: number): Record<string, string> {
  if (record.length !== names.length) {
    throw datasetError({ path, row }, `expected ${names.length} columns, found ${record.length}`);
  }
  return Object.fromEntries(record.map((value, i) => [names[i]!, value] as const));
}
