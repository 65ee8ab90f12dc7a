import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readParquet } from "./parquet";
import type { Row } from "./row";

/**
 * The rows of a part of a data set, such as "test", as the hub's repositories have it: `test-00000-of-00001.parquet` in
 * the folder of a configuration, or `test/0000.parquet` where the hub has converted it. Undefined where there is none.
 *
 * @param root the repository's folder, or the configuration's own
 */
export function publishedPart(root: string, configuration: string, part: string): AsyncGenerator<Row> | undefined {
  for (const folder of [join(root, configuration), root]) {
    const shards = filesIn(folder, new RegExp(`^${part}-\\d{5}-of-\\d{5}\\.parquet$`));
    const files = shards.length > 0 ? shards : filesIn(join(folder, part), /^\d{4}\.parquet$/);
    if (files.length > 0) return readParquet(files);
  }
  return undefined;
}

function filesIn(folder: string, name: RegExp): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((entry) => name.test(entry));
  return names.sort().map((entry) => join(folder, entry));
}
