import { closeSync, openSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { npyHeader } from "../../__tests__/support/npy";
import { directory, localHeader, storedMember, type Member } from "../../__tests__/support/zip-layout";
import type { RandomNumbers } from "./numbers";
import { THRESHOLD, type SaeSize } from "./sae-size";

/** Writes a `params.npz` as `np.savez` does: members stored, in float32. */
export function writeGemmaScope(path: string, { dModel, dSae }: SaeSize, random: RandomNumbers): void {
  const deviation = 1 / Math.sqrt(dModel); // rows of features have a norm of 1
  const matrix = (...shape: [number, number]) => ({ shape, values: random.floats(dModel * dSae, deviation) });
  const vector = (length: number, value: number) => ({
    shape: [length],
    values: [new Float32Array(length).fill(value)],
  });
  const arrays = {
    W_dec: matrix(dSae, dModel),
    W_enc: matrix(dModel, dSae),
    b_dec: vector(dModel, 0),
    b_enc: vector(dSae, 0),
    threshold: vector(dSae, THRESHOLD),
  };
  const file = openSync(path, "w");
  const members: Member[] = [];
  const begins: bigint[] = [];
  let end = 0;
  for (const [name, { shape, values }] of Object.entries(arrays)) {
    const begin = end;
    const member = storedMember(`${name}.npy`, Buffer.alloc(0));
    end += localHeader(member).length; // what it says of the data is known behind them
    const write = (bytes: Uint8Array) => {
      member.crc32 = crc32(bytes, member.crc32);
      writeSync(file, bytes, 0, bytes.length, end);
      end += bytes.length;
      member.size = member.fullSize += BigInt(bytes.length);
    };
    write(npyHeader(shape));
    for (const piece of values) write(new Uint8Array(piece.buffer));
    writeSync(file, localHeader(member), 0, undefined, begin);
    members.push(member);
    begins.push(BigInt(begin));
  }
  writeSync(file, directory({ members, zip64: false }, begins, BigInt(end)), 0, undefined, end);
  closeSync(file);
}
