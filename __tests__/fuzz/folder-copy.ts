import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What lies in a folder, by its path there, as it was: links as links. */
export class FolderCopy {
  private constructor(private readonly entries: readonly Entry[]) {}

  static of(folder: string): FolderCopy {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry): Entry => {
      const place = join(entry.parentPath, entry.name);
      const path = place.slice(folder.length + 1);
      if (entry.isDirectory()) return { path };
      return entry.isSymbolicLink() ? { path, link: readlinkSync(place) } : { path, bytes: readFileSync(place) };
    });
    return new FolderCopy(entries.sort((a, b) => (a.path < b.path ? -1 : 1)));
  }

  /** Writes it, but for what is left out, into a folder in which nothing else is then. */
  write(folder: string, isLeftOut: (path: string) => boolean = () => false): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const { path, link, bytes } of this.entries) {
      if (isLeftOut(path)) continue;
      const place = join(folder, path);
      if (bytes) writeFileSync(place, bytes);
      else if (link !== undefined) symlinkSync(link, place);
      else mkdirSync(place);
    }
  }
}

interface Entry {
  readonly path: string;
  readonly link?: string;
  readonly bytes?: Buffer;
}
