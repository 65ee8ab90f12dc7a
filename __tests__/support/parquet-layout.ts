import { sum } from "../../lib/statistics/mean";
import { fieldOf, parseStruct, structBytes, type Item, type Struct } from "./thrift";

/** A Parquet file in pieces that can be changed and put together again: parquet.thrift of Apache Parquet. */
export interface ParquetLayout {
  /** FileMetaData. */
  readonly footer: Struct;
  readonly chunks: Chunk[];
}

/** What the file has of a column in a group of rows. */
interface Chunk {
  /** ColumnMetaData, in the footer. */
  readonly column: Struct;
  readonly pages: Page[];
}

export interface Page {
  /** PageHeader. */
  readonly header: Struct;
  data: Buffer;
}

/** Fields of FileMetaData, RowGroup and ColumnChunk. */
const [ROW_GROUPS, COLUMNS, META_DATA] = [4, 1, 3];
/** Of ColumnMetaData. */
const [TOTAL_COMPRESSED_SIZE, DATA_PAGE_OFFSET, DICTIONARY_PAGE_OFFSET] = [7, 9, 11];
/** Of PageHeader. */
const [TYPE, UNCOMPRESSED_PAGE_SIZE, COMPRESSED_PAGE_SIZE] = [1, 2, 3];
const DICTIONARY_PAGE = 2n;
const MAGIC = Buffer.from("PAR1");

export function parseParquet(bytes: Buffer): ParquetLayout {
  const end = bytes.length - 8;
  const footer = parseStruct(bytes, end - bytes.readUInt32LE(end)).struct;
  const chunks = listIn(footer, ROW_GROUPS).flatMap((group) => {
    return listIn(group, COLUMNS).map((chunk) => {
      const column = fieldOf(chunk, META_DATA)!.value as Struct;
      return { column, pages: pagesOf(column, bytes) };
    });
  });
  return { footer, chunks };
}

/** Lets the footer say where the pages lie, as they are now. */
export function restateOffsets({ chunks }: ParquetLayout): void {
  let begin = MAGIC.length;
  for (const { column, pages } of chunks) {
    const sizes = pages.map(({ header, data }) => structBytes(header).length + data.length);
    const [first] = pages;
    const isCoded = first !== undefined && fieldOf(first.header, TYPE)?.value === DICTIONARY_PAGE;
    if (isCoded) state(column, DICTIONARY_PAGE_OFFSET, begin);
    state(column, DATA_PAGE_OFFSET, begin + (isCoded ? sizes[0]! : 0));
    const size = sum(sizes);
    state(column, TOTAL_COMPRESSED_SIZE, size);
    begin += size;
  }
}

/** Gives a page other bytes, of which its header tells the size. */
export function replaceData(page: Page, data: Buffer): void {
  const full = fieldOf(page.header, UNCOMPRESSED_PAGE_SIZE);
  const size = fieldOf(page.header, COMPRESSED_PAGE_SIZE);
  if (full?.value === size?.value) state(page.header, UNCOMPRESSED_PAGE_SIZE, data.length);
  state(page.header, COMPRESSED_PAGE_SIZE, data.length);
  page.data = data;
}

export function writeParquet({ footer, chunks }: ParquetLayout): Buffer {
  const pages = chunks.flatMap(({ pages }) => pages.flatMap(({ header, data }) => [structBytes(header), data]));
  const end = structBytes(footer);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(end.length);
  return Buffer.concat([MAGIC, ...pages, end, length, MAGIC]);
}

function listIn(struct: Struct, id: number): Struct[] {
  return (fieldOf(struct, id)!.value as Item[]).map(({ value }) => value as Struct);
}

function pagesOf(column: Struct, bytes: Buffer): Page[] {
  const numberOf = (id: number) => Number(fieldOf(column, id)?.value ?? 0n);
  const begin = numberOf(DICTIONARY_PAGE_OFFSET) || numberOf(DATA_PAGE_OFFSET);
  const end = begin + numberOf(TOTAL_COMPRESSED_SIZE);
  const pages: Page[] = [];
  for (let at = begin; at < end;) {
    const { struct: header, end: dataAt } = parseStruct(bytes, at);
    at = dataAt + Number(fieldOf(header, COMPRESSED_PAGE_SIZE)!.value);
    pages.push({ header, data: bytes.subarray(dataAt, at) });
  }
  return pages;
}

/** Of what the struct says at all. */
function state(struct: Struct, id: number, value: number): void {
  const field = fieldOf(struct, id);
  if (field) field.value = BigInt(value);
}
