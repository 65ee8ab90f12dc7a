import { hostname } from "node:os";
import { z } from "zod";
import { jsonText, parseJsonFile } from "../files/json";
import type { Storage } from "./storage/storage";

/** What workers tell of shards, a file each: for people, and for how long the rest may take. Nothing depends on it. */
class Records<T extends z.ZodObject> {
  constructor(
    private readonly folder: string,
    private readonly schema: T,
  ) {}

  /** In place of what was told of the shard before. */
  async write(storage: Storage, shard: number, record: Omit<z.infer<T>, "worker" | "at">): Promise<void> {
    const by = { worker: { host: hostname(), pid: process.pid }, at: new Date().toISOString() };
    await storage.put(`${this.folder}/${String(shard).padStart(6, "0")}.json`, jsonText({ ...by, ...record }));
  }

  /** By shard. @throws ERR_FILE_FORMAT */
  async read(storage: Storage): Promise<Map<number, z.infer<T>>> {
    const records = new Map<number, z.infer<T>>();
    for (const name of await storage.list(this.folder)) {
      const place = `${this.folder}/${name}`;
      const bytes = /^\d{6,}\.json$/.test(name) ? await storage.get(place) : undefined;
      if (bytes) records.set(parseInt(name, 10), parseJsonFile(`${storage.name}/${place}`, bytes, this.schema));
    }
    return records;
  }
}

/** Who, and when by its clock. */
const told = { worker: z.object({ host: z.string(), pid: z.int() }), at: z.iso.datetime() };

/** Of shards that were done. Questions are those that this worker asked: not those of chunks that were there. */
export const doneRecords = new Records(
  "done",
  z.object({ ...told, seconds: z.number().min(0), questions: z.int().min(0) }),
);

/** Of shards that failed. */
export const failedRecords = new Records("failed", z.object({ ...told, code: z.string(), message: z.string() }));
