import type { RandomBelow } from "../../lib/statistics/random";
import { DEFLATED, deflatedMember, STORED, storedMember, type Member, type ZipLayout } from "../support/zip-layout";
import { edge, pick } from "./bytes";

const NAMES = [
  ...["", "/", "..", "../a.npy", "/etc/passwd", "C:\\a", "a\\..\\b", "a/../b.npy", "\0", "a".repeat(300), "W_enc.npy"],
  ...["archive/data/0", "archive/data.pkl", "archive/byteorder", "archive/constants.pkl", "__proto__.npy", ".npy"],
];
const BOMB = deflatedMember("", Buffer.alloc(2 ** 20));

/** Changes what an archive says of one of its members, or of all: not what is in them. @returns what was done */
export function changeZip(layout: ZipLayout, random: RandomBelow): string {
  const { members } = layout;
  const at = random(members.length);
  const member = members[at];
  if (!member || random(5) === 0) return changeEnd(layout, random);
  const other = pick(random, members);
  const changes: (() => string)[] = [
    () => `name ${(member.name = pick(random, NAMES)).slice(0, 40)}`,
    () => `name of ${(member.name = other.name)}`,
    () => `local name ${(member.localName = pick(random, [...NAMES, other.name])).slice(0, 40)}`,
    () => `flags ${(member.flags = 1 << random(16))}`,
    () => `method ${(member.method = pick(random, [STORED, DEFLATED, random(100)]))}`,
    () => `size ${(member.size = edge(random, member.size))}`,
    () => `full size ${(member.fullSize = edge(random, member.fullSize))}`,
    () => `both sizes ${(member.size = member.fullSize = edge(random, member.size))}`,
    () => `begin ${(member.begin = edge(random, BigInt(random(2000))))}`,
    () => `CRC ${(member.crc32 = Number(edge(random, BigInt(member.crc32)) & 0xffffffffn))}`,
    () => `deflated ${Object.assign(member, deflatedMember(member.name, member.data)).fullSize}`,
    () => `bomb of ${Object.assign(member, { ...BOMB, name: member.name }).fullSize}`,
    () => `moved ${members.push(...members.splice(at, 1))}`,
    () => `removed ${members.splice(at, 1).length}`,
    () => `twice ${members.push({ ...member })}`,
    () => `beside ${members.push({ ...member, name: pick(random, NAMES) })}`,
  ];
  return `${member.name.slice(0, 40)}: ${pick(random, changes)()}`;
}

function changeEnd(layout: ZipLayout, random: RandomBelow): string {
  layout.zip64 ||= random(2) === 0;
  if (random(3) === 0) return `ZIP64: ${layout.zip64}`;
  if (random(2) === 0) return `${(layout.nMembers = edge(random, BigInt(layout.members.length)))} members`;
  return `directory at ${(layout.directoryAt = edge(random, BigInt(random(4096))))}`;
}

/** Gives a member other bytes, with the size and checksum that they have. */
export function replaceData(member: Member, data: Buffer): void {
  const { name, localName, begin } = member;
  Object.assign(
    member,
    storedMember(name, data),
    localName !== undefined && { localName },
    begin !== undefined && { begin },
  );
}
