import { open } from "node:fs/promises";
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from "yauzl";
import { errorCode, type SteeringError } from "../../errors";
import { formatError } from "../format-error";
import { readError } from "../read-file";
import type { Span } from "../span";
import { WindowReader } from "./window-reader";

/** A file in an archive, and where its bytes lie. */
export interface ZipMember extends Span {
  readonly name: string;
  /** Where its local header begins. */
  readonly begin: number;
  readonly isDeflated: boolean;
  /** Of what was deflated. */
  readonly fullSize: number;
  readonly crc32: number;
}

/** No SAE has as many tensors. */
const MAX_MEMBERS = 10_000;
const [STORED, DEFLATED] = [0, 8];

/**
 * What lies in a ZIP archive, ZIP64 or not, as its central directory and the local headers say.
 * @throws ERR_FILE_FORMAT when it is none, or has what no archive of tensors needs: names that lead out of it or come
 * twice, encryption, a compression other than deflate, members that overlap
 */
export async function readMembers(path: string): Promise<ZipMember[]> {
  const file = await open(path).catch((error: unknown) => {
    throw readError(path, error);
  });
  try {
    const { size } = await file.stat();
    const reader = new WindowReader(file.fd, size);
    const zip = await fromRandomAccessReaderPromise(reader, size, { autoClose: false, strictFileNames: true });
    if (zip.entryCount > MAX_MEMBERS) throw formatError(path, `it has more than ${MAX_MEMBERS} members`);
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) entries.push(entry);
    const members: ZipMember[] = [];
    for (const entry of entries) members.push(await readMember(zip, entry, path));
    requireApart(members, path);
    return members;
  } catch (cause) {
    if (errorCode(cause) === "ERR_FILE_FORMAT") throw cause;
    throw formatError(path, `not a ZIP archive that can be read (${(cause as Error).message})`, cause);
  } finally {
    await file.close();
  }
}

async function readMember(zip: ZipFile, entry: Entry, path: string): Promise<ZipMember> {
  const { fileName: name, compressionMethod: method, relativeOffsetOfLocalHeader: begin } = entry;
  const refuse = (reason: string): SteeringError => formatError(path, `member ${name} ${reason}`);
  if (entry.isEncrypted()) throw refuse("is encrypted");
  if (method !== STORED && method !== DEFLATED) throw refuse(`is compressed by method ${method}, not by deflate`);
  if (method === DEFLATED && entry.compressedSize === 0) throw refuse("is deflated to nothing");
  const local = await zip.readLocalFileHeaderPromise(entry, {});
  if (!local.fileName.equals(entry.fileNameRaw)) throw refuse("has another name where it lies");
  return {
    name,
    path,
    begin,
    offset: local.fileDataStart,
    size: entry.compressedSize,
    isDeflated: method === DEFLATED,
    fullSize: entry.uncompressedSize,
    crc32: entry.crc32,
  };
}

function requireApart(members: readonly ZipMember[], path: string): void {
  const names = new Set<string>();
  for (const { name } of members) {
    if (names.has(name)) throw formatError(path, `it has two members ${name}`);
    names.add(name);
  }
  let [last, end] = ["", 0];
  for (const { name, begin, offset, size } of [...members].sort((a, b) => a.begin - b.begin)) {
    if (begin < end) throw formatError(path, `members ${last} and ${name} overlap`);
    [last, end] = [name, offset + size];
  }
}
