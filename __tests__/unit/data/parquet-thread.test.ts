import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ParquetThread } from "../../../lib/data/parquet/thread";
import { parseParquet, replaceData, restateOffsets, writeParquet } from "../../support/parquet-layout";
import { collectAll } from "../collect-all";
import { temporaryFiles } from "../temporary-files";

const FIXTURE = join(__dirname, "../../fixtures/parquet/pages-2-plain.parquet");
const PATIENCE_MS = 1500;

/** A file with a page of indices of no bits, less than none of them, to which hyparquet counts for ever. */
function endless(): string {
  const layout = parseParquet(readFileSync(FIXTURE));
  const page = layout.chunks[0]!.pages[1]!;
  const levels = page.data.subarray(0, 2);
  replaceData(page, Buffer.concat([levels, Buffer.of(0, 0xff, 0xff, 0xff, 0xff, 0x0f)]));
  restateOffsets(layout);
  return join(temporaryFiles({ "a.parquet": writeParquet(layout) }), "a.parquet");
}

it("gives up on a file that has no end, and reads the next", async () => {
  await using thread = new ParquetThread(2 ** 14, PATIENCE_MS);
  const path = endless();
  const refusal = {
    code: "ERR_DATASET_FORMAT",
    details: { path },
    message: expect.stringContaining("within 2 s") as string,
  };
  await expect(collectAll(thread.rowsOf(path))).rejects.toMatchObject(refusal);
  expect(await collectAll(thread.rowsOf(FIXTURE))).toHaveLength(6);
});
