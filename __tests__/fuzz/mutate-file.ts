import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RandomBelow } from "../../lib/statistics/random";
import { damage, edge, pick } from "./bytes";
import { mutateJson } from "./json";

/** Damages a file in a way that fits its form. @returns what was done */
export function mutateFile(path: string, random: RandomBelow): string {
  const bytes = readFileSync(path);
  if (random(12) === 0) return replaceFile(path, random);
  if (path.endsWith(".json")) return rewrite(path, mutateJson(bytes.toString("utf8"), random));
  if (path.endsWith(".jsonl")) return rewrite(path, mutateLine(bytes.toString("utf8"), random));
  const damaged = random(2) === 0 ? damage(random, bytes) : setWord(bytes, random);
  writeFileSync(path, damaged.bytes);
  return damaged.name;
}

function replaceFile(path: string, random: RandomBelow): string {
  rmSync(path);
  switch (random(3)) {
    case 0:
      return "is not there";
    case 1:
      mkdirSync(path);
      return "is a folder";
    default:
      writeFileSync(path, "");
      return "is empty";
  }
}

function rewrite(path: string, { text, name }: { text: string; name: string }): string {
  writeFileSync(path, text);
  return name;
}

function mutateLine(text: string, random: RandomBelow): { text: string; name: string } {
  const lines = text.split("\n");
  const at = random(lines.length);
  if (random(5) === 0 || lines[at] === "") {
    lines.splice(at, random(3), ...lines.slice(at, at + random(3)));
    return { text: lines.join("\n"), name: `other lines at ${at}` };
  }
  const line = mutateJson(lines[at]!, random);
  lines[at] = line.text;
  return { text: lines.join("\n"), name: `line ${at + 1}: ${line.name}` };
}

/** The bits of a NaN, an infinity and the greatest number, as floats of this width. */
const NOT_FINITE = {
  4: [0x7fc00000n, 0xff800000n, 0x7f7fffffn],
  8: [0x7ff8000000000000n, 0xfff0000000000000n, 0x7fefffffffffffffn],
};

/** Lengths and offsets are words of four or eight bytes that lie where they can be divided by that. */
function setWord(bytes: Buffer, random: RandomBelow): { bytes: Buffer; name: string } {
  const copy = Buffer.from(bytes);
  const width = pick(random, [4, 8] as const);
  if (copy.length < width) return { bytes: copy, name: "nothing" };
  const at = random(Math.floor(copy.length / width)) * width;
  const from = width === 4 ? BigInt(copy.readUInt32LE(at)) : copy.readBigUInt64LE(at);
  const value = random(3) === 0 ? pick(random, NOT_FINITE[width]) : edge(random, from);
  if (width === 4) copy.writeUInt32LE(Number(BigInt.asUintN(32, value)), at);
  else copy.writeBigUInt64LE(value, at);
  return { bytes: copy, name: `word of ${width} at ${at} set to ${value}` };
}
