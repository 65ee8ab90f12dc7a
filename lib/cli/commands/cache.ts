import type { Command } from "commander";
import { invalidArgument } from "../../errors";
import { cacheFolder } from "../../files/cache-folder";
import { CACHE_PARTS, cacheParts, removeCached, type CachePartName } from "../../files/cache-parts";
import { interruptible } from "../interruptible";
import { list } from "../options";
import { printJson, printLines, table } from "../output";
import { byteText } from "../progress-text";

interface Flags {
  remove?: string[];
  json?: true;
}

const ALL = "all";

export function addCache(command: Command): void {
  command
    .option("--remove <parts>", `remove some, such as extracted,downloads, or ${ALL}`, list)
    .option("--json", "print the list as one JSON document")
    .action(interruptible(run));
}

async function run(_signal: AbortSignal, { remove = [], json }: Flags): Promise<void> {
  await removeCached(remove.flatMap(partsOf));
  const folder = cacheFolder();
  const parts = await cacheParts();
  const cells = parts.map(({ name, nFiles, sizeBytes }) => [name, `${nFiles}`, byteText(sizeBytes), CACHE_PARTS[name]]);
  if (json) printJson({ folder, parts });
  else printLines([...table([["part", "files", "size", "what it is"], ...cells], [0, 3]), `In ${folder}`]);
}

function partsOf(name: string): CachePartName[] {
  const names = Object.keys(CACHE_PARTS) as CachePartName[];
  const found = names.filter((part) => name === part || name === ALL);
  if (found.length > 0) return found;
  throw invalidArgument("remove", `of ${names.join(", ")}, or ${ALL}`, name);
}
