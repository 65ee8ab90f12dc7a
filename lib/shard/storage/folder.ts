import { link, readdir, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PARTIAL_NAME, partialPath, syncDirectory, writeFileAtomically, writeSynced } from "../../files/atomic-write";
import { discard, makeFolder } from "../../files/folder";
import { readError } from "../../files/read-file";
import { writeError } from "../../files/write-error";
import type { Storage } from "./storage";

/** What file systems answer that have no second names for a file. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** A folder that all workers see. @throws ERR_FILE_FORMAT, ERR_FILE_WRITE */
export class FolderStorage implements Storage {
  constructor(readonly name: string) {}

  async get(name: string): Promise<Buffer | undefined> {
    const path = join(this.name, name);
    return await readFile(path).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw readError(path, error);
    });
  }

  async put(name: string, bytes: string | Uint8Array): Promise<void> {
    const path = join(this.name, name);
    await makeFolder(dirname(path));
    await writeFileAtomically(path, bytes);
  }

  async putNew(name: string, bytes: string | Uint8Array): Promise<boolean> {
    const path = join(this.name, name);
    const partial = partialPath(path);
    await makeFolder(dirname(path));
    try {
      await writeSynced(partial, bytes);
      return await this.claim(partial, path);
    } catch (error) {
      throw writeError(path, error);
    } finally {
      await discard(partial);
    }
  }

  async list(folder: string): Promise<string[]> {
    const path = join(this.name, folder);
    const names = await readdir(path).catch((error: unknown): string[] => {
      if (isMissing(error)) return [];
      throw readError(path, error);
    });
    return names.filter((name) => !PARTIAL_NAME.test(name)).sort();
  }

  /** A link is refused where its name is taken, of all workers by one; a rename is not, which is as good where all write the same. */
  private async claim(partial: string, path: string): Promise<boolean> {
    try {
      await link(partial, path);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return false;
      if (!NO_LINKS.includes(code)) throw error;
      await rename(partial, path);
    }
    await syncDirectory(dirname(path));
    return true;
  }
}

function isMissing(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
