import { open } from "node:fs/promises";
import { formatError } from "./format-error";
import { readError } from "./read-file";

/** Bytes that lie in one piece in a file. */
export interface Span {
  readonly path: string;
  /** From the beginning of the file. */
  readonly offset: number;
  readonly size: number;
}

/** The first bytes of a span, or all where there are fewer. @throws ERR_FILE_FORMAT when the file has not as many */
export async function readSpan({ path, offset, size }: Span, limit = size): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(size, limit));
  const file = await open(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, offset);
    if (bytesRead < bytes.length) throw formatError(path, `it ends before byte ${offset + bytes.length}`);
  } finally {
    await file.close();
  }
  return bytes;
}
