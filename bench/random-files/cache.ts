import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

const COMMIT = "0".repeat(40);

/** A repository as it lies in the hub's cache, whose files are written here: programs find them there without a hub. */
export class CachedRepository {
  private readonly folder: string;

  /** @param cache what `HF_HUB_CACHE` is to be */
  constructor(cache: string, repository: string) {
    this.folder = join(cache, `models--${repository.replace("/", "--")}`);
  }

  /** Where to write a file. */
  place(path: string): string {
    const place = join(this.folder, "snapshots", COMMIT, path);
    mkdirSync(dirname(place), { recursive: true });
    return place;
  }

  /** Lists what was written: by made-up hashes, which name blobs and nothing else. */
  finish(): void {
    const root = join(this.folder, "snapshots", COMMIT);
    const paths = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const files = Object.fromEntries(
      paths.map((path) => {
        return [relative(root, path).replaceAll(sep, "/"), { size: statSync(path).size, blob_id: COMMIT }];
      }),
    );
    for (const [name, text] of [
      ["refs/main", COMMIT],
      [`trees/${COMMIT}.json`, JSON.stringify({ format_version: 1, files })],
    ] as const) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }
}
