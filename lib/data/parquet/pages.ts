import type { AsyncBuffer, ColumnChunk, PageHeader, RowGroup } from "hyparquet" with { "resolution-mode": "import" };

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
 * How many values the pages of a column have, as their headers say before anything is unpacked: a few bytes can say any
 * number, and hyparquet takes room for it.
 *
 * @throws Error where a header cannot be true, or says an encoding that has no bounds
 */
export async function countValues(file: AsyncBuffer, { name, begin, end }: Column): Promise<number> {
  const { parquetHeader } = await import("hyparquet/src/column.js");
  const reader = { view: new DataView(await file.slice(begin, end)), offset: 0 };
  let nValues = 0;
  while (reader.offset < reader.view.byteLength - 1) {
    const header = parquetHeader(reader);
    reader.offset += sizeOf(header, reader.view.byteLength - reader.offset, name);
    nValues += valuesOf(header, name);
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
  const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = header;
  const said = v1 ?? v2 ?? dictionary;
  if (!said) throw new Error(`column ${column} has a page of another kind`);
  if (!ENCODINGS.includes(said.encoding))
    throw new Error(`column ${column} is encoded by ${said.encoding}, not by one of ${ENCODINGS.join(", ")}`);
  if (![said.num_values, v2?.num_nulls ?? 0].every(isCount))
    throw new Error(`column ${column} has a page of ${said.num_values} values`);
  return said.num_values;
}

/** Whatever a damaged header says. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
