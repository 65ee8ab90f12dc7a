import { read } from "node:fs";
import { RandomAccessReader } from "yauzl";

const WINDOW = 4096;

type Callback = (error: Error | null, bytesRead?: number) => void;

/**
 * Reads what yauzl asks for, which is a header at a time, with what lies behind it. Wherever a file says that something
 * lies, an error is returned and none is thrown.
 */
export class WindowReader extends RandomAccessReader {
  private window = Buffer.alloc(0);
  private begin = 0;

  constructor(
    private readonly fd: number,
    private readonly size: number,
  ) {
    super();
  }

  override read(buffer: Buffer, offset: number, length: number, position: number, callback: Callback): void {
    const give = (error: Error | null) => {
      const at = position - this.begin;
      callback(error, error ? 0 : this.window.copy(buffer, offset, at, at + length));
    };
    const isThere = position >= this.begin && position + length <= this.begin + this.window.length;
    if (isThere) setImmediate(give, null);
    else if (position + length > this.size)
      setImmediate(give, new RangeError(`it ends before byte ${position + length}`));
    else this.move(position, Math.min(Math.max(length, WINDOW), this.size - position), give);
  }

  private move(position: number, length: number, callback: (error: Error | null) => void): void {
    const window = Buffer.alloc(length);
    read(this.fd, window, 0, length, position, (error, bytesRead) => {
      if (!error) [this.window, this.begin] = [window.subarray(0, bytesRead), position];
      callback(error);
    });
  }
}
