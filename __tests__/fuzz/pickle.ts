import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import { containerFile } from "../support/containers";
import { disassemble, global, int32, op, storage, tensor, text } from "../support/pickle";
import { parseZip, writeZip, type ZipLayout } from "../support/zip-layout";
import { built } from "./built";
import { damage, edge, pick } from "./bytes";
import type { Kind } from "./kind";
import { usePlaces } from "./places";
import { changeZip, replaceData } from "./zip";

const { readTorchFile } = built("./files/torch/torch-file.js") as typeof import("../../lib/files/torch/torch-file");

const FILE = "ae.pt";
const SOURCES = ["state-dict.pt", "parameters.pt", "types.pt", "views.pt", "nested.pt"];
const BYTES = new Map(SOURCES.map((source) => [source, readFileSync(containerFile(source))]));

const GLOBALS = [
  ...["os system", "posix system", "builtins eval", "builtins exec", "__builtin__ getattr", "torch load", "nt system"],
  ...["torch.nn.modules.linear Linear", "collections OrderedDict", "torch._utils _rebuild_tensor_v2", "torch Size"],
  ...["torch._utils _rebuild_parameter", "torch FloatStorage", "torch.storage UntypedStorage", "torch float32"],
  ...["torch device", "torch._tensor _rebuild_from_type_v2", "subprocess Popen", "numpy.core.multiarray scalar"],
].map((name) => global(...(name.split(" ") as [string, string])));

/** A file of torch.save, such as Goodfire's and those of dictionary_learning. */
export const pickle: Kind = {
  originals: SOURCES,
  put: (source, folder) => copyFileSync(containerFile(source), join(folder, FILE)),

  make(random, folder) {
    const source = pick(random, SOURCES);
    const { name, bytes } = mutate(BYTES.get(source)!, random);
    writeFileSync(join(folder, FILE), bytes);
    return { name: `${source}: ${name}`, sizeBytes: bytes.length };
  },

  open: async (folder) => usePlaces((await readTorchFile(join(folder, FILE))).tensors),
};

function mutate(bytes: Buffer, random: RandomBelow): { name: string; bytes: Buffer } {
  if (random(6) === 0) return damage(random, bytes);
  const layout = parseZip(bytes);
  const change = pick(random, [changeZip, changePickle, changePickle, changePickle, changeMember]);
  return { name: change(layout, random), bytes: writeZip(layout) };
}

function changeMember({ members }: ZipLayout, random: RandomBelow): string {
  const member = pick(random, members);
  const { name, bytes } = damage(random, member.data);
  replaceData(member, bytes);
  return `${member.name}: ${name}`;
}

function changePickle({ members }: ZipLayout, random: RandomBelow): string {
  const member = members.find(({ name }) => name.endsWith("data.pkl"))!;
  const opcodes = disassemble(member.data);
  const names = Array.from({ length: 1 + random(3) }, () => changeOpcodes(opcodes, random));
  replaceData(member, Buffer.concat(opcodes));
  return names.join("; ");
}

function changeOpcodes(opcodes: Buffer[], random: RandomBelow): string {
  const at = random(opcodes.length);
  const before = opcodes[at] ?? op("N");
  const replace = (instead: Buffer) => {
    opcodes[at] = instead;
    return JSON.stringify(instead.toString("latin1", 0, 40));
  };
  const insert = (...more: Buffer[]) => {
    opcodes.splice(at, 0, ...more);
    return JSON.stringify(Buffer.concat(more).toString("latin1", 0, 60));
  };
  const extent = () => Number(BigInt.asIntN(32, edge(random, BigInt(random(8)))));
  return `at ${at}: ${pick(random, [
    () => `removed ${opcodes.splice(at, 1 + random(3)).length}`,
    () => `${insert(...opcodes.slice(at, at + 1 + random(8)))} twice`,
    () => `moved ${opcodes.push(...opcodes.splice(at, 1))}`,
    () => `instead ${replace(Buffer.of(random(256)))}`,
    () => `instead ${replace(pick(random, GLOBALS))}`,
    () => `instead ${replace(Buffer.concat([before.subarray(0, 1), damage(random, before).bytes]))}`,
    () => `number ${replace(int32(extent()))}`,
    () => `more ${insert(pick(random, opcodes))}`,
    () => `more ${insert(pick(random, GLOBALS), op(")R"))}`,
    () => `text ${replace(text(pick(random, ["", "storage", "0", "../0", "a".repeat(400), "__proto__", "ü\0"])))}`,
    () => `many ${insert(op(pick(random, ["(", "]", "}", "N", ")", "K\x01", "h\x00"]).repeat(random(20_000))))}`,
    () => `tensor ${insert(tensor(storage("0", extent()), extent(), [extent(), extent()], [extent(), extent()]))}`,
    () =>
      `tensor ${replace(tensor(storage("0", 24), random(8), [1 + random(4), 1 + random(4)], [random(6), random(6)]))}`,
  ])()}`;
}
