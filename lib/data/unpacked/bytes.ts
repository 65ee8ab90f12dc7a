import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { unpackXz } from "./xz";
import { unpackZstandard } from "./zstandard";

/** Names of files that are unpacked where they are read. */
export const PACKED = /\.(gz|xz|zst)$/;

/** The bytes of a file in pieces, those of `.gz`, `.xz` and `.zst` unpacked on the way: what comes before an error is whole. */
export function openBytes(path: string): AsyncIterable<Uint8Array> {
  switch (PACKED.exec(path)?.[1]) {
    case "xz":
      return unpackXz(path);
    case "zst":
      return unpackZstandard(createReadStream(path));
    case "gz":
      // The callback is required, but has nothing to do: whoever iterates over the last stream gets the error.
      return pipeline(createReadStream(path), createGunzip(), () => {});
    default:
      return createReadStream(path);
  }
}
