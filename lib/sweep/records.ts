import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson, toJson, writeJson } from "../files/json";

const record = z.object({
  /** As they were resolved: a cell whose options changed is done again. */
  options: z.record(z.string(), z.json()),
  /** Why it is not done; null where it is. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
const sweepRecords = z.object({ format: z.literal(1), cells: z.record(z.string(), record) });
export type CellError = NonNullable<z.infer<typeof record>["error"]>;

/** How the cells of a sweep ended: `sweep.json` in its folder. */
export class SweepRecords {
  private constructor(
    private readonly path: string,
    private readonly cells: z.infer<typeof sweepRecords>["cells"],
  ) {}

  /** @throws ERR_FILE_FORMAT */
  static async read(directory: string): Promise<SweepRecords> {
    const path = join(directory, "sweep.json");
    return new SweepRecords(path, existsSync(path) ? (await readJson(path, sweepRecords)).cells : {});
  }

  /** Whether a cell ended well with these options. */
  isDone(name: string, options: object): boolean {
    const found = this.cells[name];
    return found?.error === null && toJson(found.options) === toJson(options);
  }

  /** Whether a cell was begun with other options. */
  isOther(name: string, options: object): boolean {
    const found = this.cells[name];
    return found !== undefined && toJson(found.options) !== toJson(options);
  }

  /** @throws ERR_FILE_WRITE */
  async add(name: string, options: object, error: CellError | null): Promise<void> {
    this.cells[name] = { options: options as z.infer<typeof record>["options"], error };
    await writeJson(this.path, { format: 1, cells: this.cells });
  }
}
