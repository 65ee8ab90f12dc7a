import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { SteeringError } from "../errors";
import { writeError } from "../files/write-error";
import { PATIENCE, persist, type Patience } from "./passing-failure";
import { get, shown, unanswered, type Answer } from "./request";

/** A file to bring here, and what is known of it. */
export interface Transfer {
  readonly url: string;
  /** Where its bytes gather: those that are there already are not asked for again. */
  readonly partial: string;
  readonly sizeBytes: number;
  /** Whether what comes is still the same file. */
  readonly isSame: (answer: Answer) => boolean;
  /** What to ask for a part with, beside its range. */
  readonly partHeaders?: Readonly<Record<string, string>>;
  /** A new one that takes in the bytes. */
  readonly hash?: (() => Hash) | undefined;
  readonly refusal: (answer: Answer) => Error;
}

export interface TransferOptions {
  /** How many bytes are there. */
  readonly onBytes?: ((n: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly patience?: Patience | undefined;
}

/**
 * Brings a file here, from where an earlier attempt, of a process that was killed too, left off. Its bytes are on disk then.
 *
 * @returns their hash, hexadecimal
 * @throws ERR_DOWNLOAD, ERR_FILE_WRITE, what `refusal` makes; the signal's reason
 */
export async function transfer(asked: Transfer, options: TransferOptions = {}): Promise<string | undefined> {
  const { signal, patience = PATIENCE } = options;
  const file = await open(asked.partial, "a").catch((error: unknown) => {
    throw writeError(asked.partial, error);
  });
  try {
    const gathering = await Gathering.begin(file, asked, options);
    await persist((onGain) => gathering.goOn(onGain), signal, patience);
    await file.sync();
    return gathering.hash?.digest("hex");
  } finally {
    await file.close();
  }
}

/** The bytes that are there, and their hash so far. */
class Gathering {
  /** The most that were ever there: a server that knows no ranges begins again and again. */
  private most: number;

  private constructor(
    private readonly file: FileHandle,
    private readonly asked: Transfer,
    private readonly options: TransferOptions,
    private size: number,
    public hash: Hash | undefined,
  ) {
    this.most = size;
  }

  static async begin(file: FileHandle, asked: Transfer, options: TransferOptions): Promise<Gathering> {
    const { size } = await file.stat();
    const gathering = new Gathering(file, asked, options, size, asked.hash?.());
    if (size > asked.sizeBytes) await gathering.startOver();
    else if (gathering.hash) await addFile(gathering.hash, asked.partial, options.signal);
    options.onBytes?.(gathering.size);
    return gathering;
  }

  /** @throws a `PassingFailure` where it ends too early */
  async goOn(onGain: () => void): Promise<void> {
    const { url, sizeBytes, isSame, partHeaders, refusal } = this.asked;
    const { signal } = this.options;
    if (this.size === sizeBytes) return;
    const range = { ...partHeaders, range: `bytes=${this.size}-` };
    const answer = await get(url, { headers: this.size === 0 ? {} : range, signal });
    try {
      if (answer.status === 416) {
        await this.startOver();
        throw unanswered(url, new Error("it has no such part"), signal);
      }
      if (answer.status !== 200 && answer.status !== 206) throw refusal(answer);
      if (!isSame(answer)) throw this.wrong("it is another file by now");
      if (answer.status === 200) await this.startOver();
      else this.requireRange(answer.headers["content-range"]);
      await this.take(answer, onGain);
    } finally {
      answer.body.on("error", () => undefined).destroy();
    }
    if (this.size < sizeBytes)
      throw unanswered(url, new Error(`it ended after ${this.size} of ${sizeBytes} bytes`), signal);
  }

  private async take({ body }: Answer, onGain: () => void): Promise<void> {
    const { url, partial, sizeBytes } = this.asked;
    const { onBytes, signal } = this.options;
    const bytes = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (;;) {
      const next = await bytes.next().catch((cause: unknown) => {
        throw unanswered(url, cause, signal);
      });
      if (next.done) return;
      const piece = next.value;
      if (this.size + piece.length > sizeBytes) throw this.wrong(`it has more than its ${sizeBytes} bytes`);
      await this.file.appendFile(piece).catch((error: unknown) => {
        throw writeError(partial, error);
      });
      this.hash?.update(piece);
      this.size += piece.length;
      if (this.size > this.most) onGain();
      this.most = Math.max(this.most, this.size);
      onBytes?.(this.size);
    }
  }

  private async startOver(): Promise<void> {
    await this.file.truncate(0);
    this.size = 0;
    this.hash = this.asked.hash?.();
  }

  /** @throws ERR_DOWNLOAD where a part came that is not the one asked for */
  private requireRange(header = ""): void {
    const [, begin, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header) ?? [];
    if (Number(begin) === this.size && (total === "*" || Number(total) === this.asked.sizeBytes)) return;
    throw this.wrong(`it sent ${header || "a part that it does not name"}, asked for bytes from ${this.size} on`);
  }

  private wrong(reason: string): SteeringError {
    const url = shown(this.asked.url);
    return new SteeringError("ERR_DOWNLOAD", `${url}: ${reason}`, { url, reason });
  }
}

async function addFile(hash: Hash, path: string, signal: AbortSignal | undefined): Promise<void> {
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    signal?.throwIfAborted();
    hash.update(piece);
  }
}
