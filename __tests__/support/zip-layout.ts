import { crc32, deflateRawSync } from "node:zlib";

/** A ZIP archive in pieces that can be changed and put together again: APPNOTE.TXT of PKWARE, 4.3. */
export interface ZipLayout {
  readonly members: Member[];
  /** Whether the directory's own place and length are told in 64 bits. */
  zip64: boolean;
  /** What the end says of the directory, where that is to differ. */
  nMembers?: bigint;
  directoryAt?: bigint;
}

export interface Member {
  name: string;
  /** Where it lies, where that is to differ. */
  localName?: string;
  flags: number;
  method: number;
  /** As it lies: deflated or not. */
  data: Buffer;
  crc32: number;
  size: bigint;
  fullSize: bigint;
  /** Where the directory says that it lies, where that is to differ. */
  begin?: bigint;
}

export const STORED = 0;
export const DEFLATED = 8;
const [LOCAL, CENTRAL, END] = [0x04034b50, 0x02014b50, 0x06054b50];
const [END_64, LOCATOR_64] = [0x06064b50, 0x07064b50];
const WIDE = 0xffffffffn;

export function storedMember(name: string, data: Buffer): Member {
  const size = BigInt(data.length);
  return { name, flags: 0, method: STORED, data, crc32: crc32(data), size, fullSize: size };
}

export function deflatedMember(name: string, full: Buffer): Member {
  const data = deflateRawSync(full);
  const [size, fullSize] = [BigInt(data.length), BigInt(full.length)];
  return { name, flags: 0, method: DEFLATED, data, crc32: crc32(full), size, fullSize };
}

/** The pieces of an archive without ZIP64, such as small files of Python and PyTorch are. */
export function parseZip(bytes: Buffer): ZipLayout {
  const end = bytes.lastIndexOf(u32(END));
  const members: Member[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
    const [size, fullSize, nameLength] = [
      bytes.readUInt32LE(at + 20),
      bytes.readUInt32LE(at + 24),
      bytes.readUInt16LE(at + 28),
    ];
    const begin = bytes.readUInt32LE(at + 42);
    const dataAt = begin + 30 + bytes.readUInt16LE(begin + 26) + bytes.readUInt16LE(begin + 28);
    members.push({
      name: bytes.toString("latin1", at + 46, at + 46 + nameLength),
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      data: bytes.subarray(dataAt, dataAt + size),
      crc32: bytes.readUInt32LE(at + 16),
      size: BigInt(size),
      fullSize: BigInt(fullSize),
    });
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return { members, zip64: false };
}

export function writeZip(layout: ZipLayout): Buffer {
  const pieces: Buffer[] = [];
  const begins: bigint[] = [];
  let at = 0n;
  for (const member of layout.members) {
    begins.push(at);
    const header = localHeader(member);
    pieces.push(header, member.data);
    at += BigInt(header.length + member.data.length);
  }
  return Buffer.concat([...pieces, directory(layout, begins, at)]);
}

/** NumPy has every size in 64 bits there, as it does not know them yet. */
export function localHeader({ name, localName = name, flags, method, crc32, size, fullSize }: Member): Buffer {
  const text = Buffer.from(localName, "latin1");
  const extra = Buffer.concat([u16(1), u16(16), u64(fullSize), u64(size)]);
  return Buffer.concat([
    ...[u32(LOCAL), u16(45), u16(flags), u16(method), u32(0), u32(crc32), u32(Number(WIDE)), u32(Number(WIDE))],
    ...[u16(text.length), u16(extra.length), text, extra],
  ]);
}

/** The central directory and the end, which lie at `at`. */
export function directory(
  { members, zip64, nMembers, directoryAt }: ZipLayout,
  begins: readonly bigint[],
  at: bigint,
): Buffer {
  const entries = Buffer.concat(members.map((member, i) => centralHeader(member, member.begin ?? begins[i]!)));
  const [n, begin, size] = [nMembers ?? BigInt(members.length), directoryAt ?? at, BigInt(entries.length)];
  const end64 = [u32(END_64), u64(44n), u16(45), u16(45), u32(0), u32(0), u64(n), u64(n), u64(size), u64(begin)];
  const locator = [u32(LOCATOR_64), u32(0), u64(at + size), u32(1)];
  const narrow = zip64
    ? [u16(0xffff), u16(0xffff), u32(Number(WIDE)), u32(Number(WIDE))]
    : [u16(n), u16(n), u32(size), u32(begin)];
  return Buffer.concat([
    entries,
    ...(zip64 ? [...end64, ...locator] : []),
    u32(END),
    u16(0),
    u16(0),
    ...narrow,
    u16(0),
  ]);
}

function centralHeader({ name, flags, method, crc32, size, fullSize }: Member, begin: bigint): Buffer {
  const text = Buffer.from(name, "latin1");
  const wide = [fullSize, size, begin].filter((value) => value >= WIDE);
  const extra = wide.length > 0 ? Buffer.concat([u16(1), u16(8 * wide.length), ...wide.map(u64)]) : Buffer.alloc(0);
  const narrow = (value: bigint) => u32(value >= WIDE ? WIDE : value);
  return Buffer.concat([
    ...[u32(CENTRAL), u16(45), u16(45), u16(flags), u16(method), u32(0), u32(crc32), narrow(size), narrow(fullSize)],
    ...[u16(text.length), u16(extra.length), u16(0), u16(0), u16(0), u32(0), narrow(begin), text, extra],
  ]);
}

function u16(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(Number(BigInt.asUintN(16, BigInt(value))));
  return bytes;
}

function u32(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(Number(BigInt.asUintN(32, BigInt(value))));
  return bytes;
}

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return bytes;
}
