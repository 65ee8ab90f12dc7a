import { Decompress } from "fzstd";

/** Bytes that are unpacked at once: a few of them may become a block of 128 KiB. */
const PIECE = 2 ** 12;

/** Unpacks Zstandard frames. Their checksums are not looked at. @throws where the bytes are none, or end within one */
export async function* unpackZstandard(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unpacked: Uint8Array[] = [];
  const decoder = new Decompress((bytes) => unpacked.push(bytes));
  for await (const bytes of packed) {
    for (let begin = 0; begin < bytes.length; begin += PIECE) {
      decoder.push(bytes.subarray(begin, begin + PIECE));
      yield* unpacked;
      unpacked = [];
    }
  }
  decoder.push(new Uint8Array(), true);
  yield* unpacked;
}
