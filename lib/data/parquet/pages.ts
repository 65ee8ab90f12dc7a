import type { AsyncBuffer, ColumnChunk, PageHeader, RowGroup } from "hyparquet" with { "resolution-mode": "import" };
import type { Budget } from "./budget";

/** Whose values take no more than their page, or the dictionary's, a few times over. */
const ENCODINGS: readonly (string | undefined)[] = [
  ...["PLAIN", "PLAIN_DICTIONARY", "RLE_DICTIONARY", "RLE", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY"],
];

/** A column in a group of rows. */
export interface Column {
  readonly name: string;
  /** Where its pages lie. */
  readonly begin: number;
  readonly end: number;
}

/** The columns of a group. @throws Error where they do not lie in the file one behind the other */
export function columnsOf({ columns }: RowGroup, sizeBytes: number): Column[] {
  const found = columns.map(columnOf);
  if (new Set(found.map(({ name }) => name)).size < found.length) throw new Error("a column that comes twice");
  for (const [i, { name, begin, end }] of found.entries()) {
    const isApart =
      [begin, end].every(isCount) && begin >= (found[i - 1]?.end ?? 0) && end >= begin && end <= sizeBytes;
    if (!isApart) throw new Error(`column ${name} lies in another one, or outside of the file`);
  }
  return found;
}

function columnOf({ meta_data: column }: ColumnChunk): Column {
  if (!column) throw new Error("a column of another file");
  const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: size } = column;
  const begin = Number([dictionary, data].find(Boolean));
  return { name: column.path_in_schema.join("."), begin, end: begin + Number(size) };
}

/**
 * How many values the pages of a column have, beside those of its dictionary, as their headers say before anything is
 * unpacked: a few bytes can say any number, and hyparquet takes room for it.
 *
 * @param budget of values of all columns, dictionaries too
 * @throws Error where a header cannot be true, or says an encoding that has no bounds
 */
export async function countValues(file: AsyncBuffer, { name, begin, end }: Column, budget: Budget): Promise<number> {
  const { parquetHeader } = await import("hyparquet/src/column.js");
  const reader = { view: new DataView(await file.slice(begin, end)), offset: 0 };
  let nValues = 0;
  while (reader.offset < reader.view.byteLength - 1) {
    const header = parquetHeader(reader);
    reader.offset += sizeOf(header, reader.view.byteLength - reader.offset, name);
    const n = valuesOf(header, name);
    budget.take(n);
    if (header.type !== "DICTIONARY_PAGE") nValues += n;
  }
  return nValues;
}

function sizeOf({ compressed_page_size: size, data_page_header_v2: v2 }: PageHeader, left: number, column: string) {
  const levels = v2 ? [v2.repetition_levels_byte_length, v2.definition_levels_byte_length] : [];
  const isWithin = [size, ...levels].every(isCount) && size <= left && levels.reduce((sum, n) => sum + n, 0) <= size;
  if (!isWithin) throw new Error(`column ${column} has a page that is larger than the column`);
  return size;
}

function valuesOf(header: PageHeader, column: string): number {
  const said = saidIn(header);
  if (!said) throw new Error(`column ${column} has a page of another kind`);
  if (!ENCODINGS.includes(said.encoding))
    throw new Error(`column ${column} is encoded by ${said.encoding}, not by one of ${ENCODINGS.join(", ")}`);
  const nNulls = "num_nulls" in said ? said.num_nulls : 0;
  if (![said.num_values, nNulls].every(isCount))
    throw new Error(`column ${column} has a page of ${said.num_values} values`);
  return said.num_values;
}

/** By its type, whatever else it says. */
function saidIn(header: PageHeader) {
  switch (header.type) {
    case "DATA_PAGE":
      return header.data_page_header;
    case "DATA_PAGE_V2":
      return header.data_page_header_v2;
    case "DICTIONARY_PAGE":
      return header.dictionary_page_header;
    default:
      return undefined;
  }
}

/** Whatever a damaged header says. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
