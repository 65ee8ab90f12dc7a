import { cp, mkdtemp, readdir, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { discard } from "../files/folder";
import { COLLECTED_FOLDERS } from "../run/directory";

/** Not written to any more. */
const WHOLE: readonly string[] = COLLECTED_FOLDERS;
/** What tells of other processes, or is no stage's source. */
const LEFT_OUT = ["lock", "report.html", "next"];

/** A run directory of this process's own: its files are copies, its activations the run's. */
export class Mirror implements AsyncDisposable {
  private constructor(readonly directory: string) {}

  static async of(run: string): Promise<Mirror> {
    const directory = await mkdtemp(join(tmpdir(), "corrsteer-shard-"));
    for (const name of await readdir(run)) {
      const [from, to] = [resolve(run, name), join(directory, name)];
      if (WHOLE.includes(name)) await symlink(from, to, "junction");
      else if (!LEFT_OUT.includes(name)) await cp(from, to, { recursive: true });
    }
    return new Mirror(directory);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await discard(this.directory);
  }
}
