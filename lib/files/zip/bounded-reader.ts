import { read } from "node:fs";
import { RandomAccessReader } from "yauzl";

/** Reads what yauzl asks for: wherever a file says that something lies, an error is returned and none is thrown. */
export class BoundedReader extends RandomAccessReader {
  constructor(
    private readonly fd: number,
    private readonly size: number,
  ) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position + length <= this.size) read(this.fd, buffer, offset, length, position, callback);
    else setImmediate(callback, new RangeError(`it ends before byte ${position + length}`));
  }
}
