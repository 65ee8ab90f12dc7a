import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import { containerFile } from "../support/containers";
import { npyHeaderOf } from "../support/npy";
import { parseZip, writeZip, type ZipLayout } from "../support/zip-layout";
import { built } from "./built";
import { damage, edge, pick } from "./bytes";
import type { Kind } from "./kind";
import { usePlaces } from "./places";
import { changeZip, replaceData } from "./zip";

const { readNpz } = built("./files/npz.js") as typeof import("../../lib/files/npz");

const FILE = "params.npz";
const SOURCES = ["plain.npz", "versions.npz", "deflated.npz"];
const LAYOUTS = new Map(SOURCES.map((source) => [source, readFileSync(containerFile(source))]));
/** Of version 1: the magic, the version and a length of 16 bits. */
const HEADER_AT = 10;
const DESCRS = [
  "<f4",
  "<f2",
  "<f8",
  ">f4",
  "=f4",
  "<i8",
  "|b1",
  "|O",
  "<U4",
  "|V8",
  "<c8",
  "<f16",
  "<M8[ns]",
  "f4",
  "",
];

/** An archive of NumPy, such as Gemma Scope's. */
export const npz: Kind = {
  originals: SOURCES,
  put: (source, folder) => copyFileSync(containerFile(source), join(folder, FILE)),

  make(random, folder) {
    const source = pick(random, SOURCES);
    const { name, bytes } = mutate(LAYOUTS.get(source)!, random);
    writeFileSync(join(folder, FILE), bytes);
    return { name: `${source}: ${name}`, sizeBytes: bytes.length };
  },

  open: async (folder) => usePlaces(await readNpz(join(folder, FILE))),
};

function mutate(bytes: Buffer, random: RandomBelow): { name: string; bytes: Buffer } {
  if (random(5) === 0) return damage(random, bytes);
  const layout = parseZip(bytes);
  const names = Array.from({ length: 1 + random(2) }, () => pick(random, [changeZip, changeArray])(layout, random));
  return { name: names.join("; "), bytes: writeZip(layout) };
}

/** Changes the header of an array that is stored, or all of its bytes. */
function changeArray({ members }: ZipLayout, random: RandomBelow): string {
  const member = pick(random, members);
  if (random(4) === 0 || member.data.length < HEADER_AT) {
    const { name, bytes } = damage(random, member.data, Math.min(member.data.length, 128));
    replaceData(member, bytes);
    return `${member.name}: ${name}`;
  }
  const end = HEADER_AT + member.data.readUInt16LE(8);
  const header = changeHeader(member.data.toString("latin1", HEADER_AT, end), random);
  const version = random(8) === 0 ? random(5) : 1;
  replaceData(member, Buffer.concat([npyHeaderOf(header, version), member.data.subarray(end)]));
  return `${member.name}: version ${version}, ${header.trim().slice(0, 90)}`;
}

function changeHeader(header: string, random: RandomBelow): string {
  const extent = () => String(edge(random, BigInt(random(8))));
  return pick(random, [
    () => header.replace(/'[<|]\w+'/, `'${pick(random, DESCRS)}'`),
    () => header.replace("False", pick(random, ["True", "false", "0", "None"])),
    () => header.replace(/\(.*\)/, `(${extent()}, ${extent()})`),
    () => header.replace(/\(.*\)/, `(${extent()},)`),
    () => header.replace(/\(.*\)/, `(${"1, ".repeat(random(3000))})`),
    () =>
      header.replace(/\(.*\)/, pick(random, ["()", "(-1,)", "(2", "[2]", "(2,,)", "(1e3,)", "(__import__('os'),)"])),
    () => header.replace("}", pick(random, ["", "'x': 1}", "}}", "}\0", ` }${" ".repeat(random(12_000))}`])),
    () => damage(random, Buffer.from(header, "latin1")).bytes.toString("latin1"),
  ])();
}
