import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { crc32, createInflateRaw } from "node:zlib";
import { errorCode } from "../../errors";
import { formatError } from "../format-error";
import type { ZipMember } from "./members";

/** What a deflated member becomes. @throws ERR_FILE_FORMAT when it has not the size and checksum that the archive says */
export async function* inflated({
  name,
  path,
  offset,
  size,
  fullSize,
  crc32: expected,
}: ZipMember): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw();
  pipeline(createReadStream(path, { start: offset, end: offset + size - 1 }), inflate, () => {}); // it fails as `inflate`
  let [read, sum] = [0, 0];
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) {
      read += chunk.length;
      if (read > fullSize)
        throw formatError(path, `member ${name} is longer than the ${fullSize} bytes that it states`);
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (cause) {
    if (errorCode(cause) === "ERR_FILE_FORMAT") throw cause;
    throw formatError(path, `member ${name} cannot be inflated (${(cause as Error).message})`, cause);
  }
  if (read < fullSize) throw formatError(path, `member ${name} is shorter than the ${fullSize} bytes that it states`);
  if (sum !== expected) throw formatError(path, `member ${name} is damaged: its CRC-32 is another`);
}
