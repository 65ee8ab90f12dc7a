import { SteeringError } from "../errors";
import { checksumLine } from "../files/checksums";
import { sha256Of } from "../files/hash";
import type { ChunkTarget } from "../run/chunk-target";
import { CHUNK_SAMPLES } from "../run/run";
import type { ShardPlan } from "./plan";
import type { Storage } from "./storage/storage";

const CHUNKS = "chunks";
const LINE = /^([0-9a-f]{64}) {2}(\S+)$/;

/** A chunk that is stored: its files by name, in the order in which they were written. */
export interface StoredChunk {
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
  /** @throws ERR_FILE_FORMAT when the file is gone, or not what was written */
  readonly read: (name: string) => Promise<Buffer>;
}

/**
 * The chunks of a plan in a storage:
 *
 *     objects/<2 digits>/<SHA-256>   the files, by what is in them
 *     chunks/<chunk>                 which of them a chunk is, as `sha256sum` has it; written last, it says that all are there
 *
 * What two workers write who do one chunk is the same, or two whole chunks, of which the first is the plan's.
 */
export class ChunkStore {
  constructor(
    private readonly storage: Storage,
    private readonly manifest: ShardPlan["run"],
  ) {}

  /** Numbers of the chunks that are there. */
  async done(): Promise<Set<number>> {
    const names = await this.storage.list(CHUNKS);
    return new Set(names.filter((name) => /^\d{6,}$/.test(name)).map(Number));
  }

  /** Whether one is there, at the same cost however many are. */
  async has(chunk: number): Promise<boolean> {
    return (await this.storage.get(chunkName(chunk))) !== undefined;
  }

  /** Where one chunk goes. Its moments and sums stand alone: merging adds them up in order. */
  target(chunk: number): ChunkTarget {
    return {
      manifest: this.manifest,
      lastFile: () => Promise.resolve(undefined),
      commit: async (samples, write) => {
        let lines = "";
        const put = async (name: string, bytes: string | Uint8Array) => {
          await this.putObject(bytes);
          lines += checksumLine(name, bytes);
        };
        await put(CHUNK_SAMPLES, samples);
        await write(put);
        await this.storage.putNew(chunkName(chunk), lines);
      },
    };
  }

  /** @throws ERR_RUN_INCOMPLETE for one that is not there; ERR_FILE_FORMAT */
  async chunk(chunk: number): Promise<StoredChunk> {
    const name = chunkName(chunk);
    const text = (await this.storage.get(name))?.toString("utf8");
    if (text === undefined)
      throw new SteeringError("ERR_RUN_INCOMPLETE", `${this.storage.name} has no ${name}`, { name });
    const files = text
      .trimEnd()
      .split("\n")
      .map((line) => {
        const [, sha256, file] = LINE.exec(line) ?? [];
        if (sha256 === undefined || file === undefined) throw this.damaged(name, name);
        return { name: file, sha256 };
      });
    const read = async (file: string) => {
      const object = objectName(files.find((each) => each.name === file)?.sha256 ?? "");
      const bytes = await this.storage.get(object);
      if (bytes === undefined || objectName(sha256Of([bytes])) !== object) throw this.damaged(object, name);
      return bytes;
    };
    return { files, read };
  }

  /** One that is there already may be torn: what is in it would have its name. */
  private async putObject(bytes: string | Uint8Array): Promise<void> {
    const name = objectName(sha256Of([bytes]));
    if (await this.storage.putNew(name, bytes)) return;
    const found = await this.storage.get(name);
    if (found === undefined || objectName(sha256Of([found])) !== name) await this.storage.put(name, bytes);
  }

  private damaged(object: string, chunk: string): SteeringError {
    const storage = this.storage.name;
    const message = `${storage}: ${object} is gone or damaged. Remove ${chunk} from there, then run shard work again`;
    return new SteeringError("ERR_FILE_FORMAT", message, { storage, object, chunk });
  }
}

function chunkName(chunk: number): string {
  return `${CHUNKS}/${String(chunk).padStart(6, "0")}`;
}

function objectName(sha256: string): string {
  return `objects/${sha256.slice(0, 2)}/${sha256}`;
}
