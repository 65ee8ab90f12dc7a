import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import { parseParquet, replaceData, restateOffsets, writeParquet, type Page } from "../support/parquet-layout";
import { built } from "./built";
import { damage, pick } from "./bytes";
import type { Kind } from "./kind";
import { changeStruct } from "./thrift";

const { ParquetThread } = built("./data/parquet/thread.js") as typeof import("../../lib/data/parquet/thread");
const { withoutBigInts } = built("./data/row.js") as typeof import("../../lib/data/row");

const FILE = "questions.parquet";
const FIXTURES = join(__dirname, "..", "fixtures", "parquet");
const SOURCES = readdirSync(FIXTURES).filter((name) => name.endsWith(".parquet"));
const BYTES = new Map(SOURCES.map((source) => [source, readFileSync(join(FIXTURES, source))]));

/** Of a group of rows, which takes a millisecond. */
const PATIENCE_MS = 2000;
/** As small files have it; one thread reads them all, as long as it lives. */
const thread = new ParquetThread(2 ** 14, PATIENCE_MS);

/** A data set as the hub has it. */
export const parquet: Kind = {
  originals: SOURCES,
  put: (source, folder) => copyFileSync(join(FIXTURES, source), join(folder, FILE)),

  make(random, folder) {
    const source = pick(random, SOURCES);
    const { name, bytes } = mutate(BYTES.get(source)!, random);
    writeFileSync(join(folder, FILE), bytes);
    return { name: `${source}: ${name}`, sizeBytes: bytes.length };
  },

  async open(folder) {
    for await (const values of thread.rowsOf(join(folder, FILE))) JSON.stringify(values, withoutBigInts);
  },
};

function mutate(bytes: Buffer, random: RandomBelow): { name: string; bytes: Buffer } {
  if (random(6) === 0) return damage(random, bytes);
  const layout = parseParquet(bytes);
  const pages = layout.chunks.flatMap((chunk) => chunk.pages);
  const changes = Array.from({ length: 1 + random(2) }, () => pick(random, [changePage, changeData]));
  const isFooter = random(3) === 0;
  const names = isFooter ? [] : changes.map((change) => change(pick(random, pages), random));
  restateOffsets(layout);
  if (isFooter) names.push(`footer: ${changeStruct(layout.footer, random)}`);
  return { name: names.join("; "), bytes: writeParquet(layout) };
}

function changePage({ header }: Page, random: RandomBelow): string {
  return `page: ${changeStruct(header, random)}`;
}

/** Levels, lengths and indices lie at its begin. */
function changeData(page: Page, random: RandomBelow): string {
  if (page.data.length === 0) return "data: none";
  const { name, bytes } = damage(random, page.data, random(2) === 0 ? Math.min(page.data.length, 16) : undefined);
  replaceData(page, bytes);
  return `data: ${name}`;
}
