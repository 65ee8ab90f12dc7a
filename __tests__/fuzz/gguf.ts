import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RandomBelow } from "../../lib/statistics/random";
import { program } from "./built";
import { damage, edge, pick } from "./bytes";
import {
  array,
  elementsOf,
  f32,
  fitData,
  parse,
  string,
  TYPE,
  u32,
  u64,
  widthOf,
  write,
  type Layout,
} from "../support/gguf-layout";
import { ARCHITECTURES, KEYS, TEXTS } from "./gguf-words";
import type { Kind } from "./kind";

const root = join(__dirname, "..", "..");
const SOURCES = ["demo/model", ...["llama", "qwen3", "gemma3", "gpt2"].map((name) => `__tests__/fixtures/${name}`)];
/** What lies behind is data: bytes of it are damaged too, but seldom. */
const HEADER_BYTES = 16 * 1024;

const files = SOURCES.map((source) => readFileSync(join(root, `${source}.gguf`)));

/** Changes a layout in one way and says how. */
type Change = (layout: Layout, random: RandomBelow) => string;

const CHANGES: readonly Change[] = [
  setNumber,
  setNumber,
  setText,
  setText,
  changeArray,
  changeArray,
  retype,
  addEntry,
  addEntry,
  removeOrRepeatEntry,
  renameArchitecture,
  changeTensor,
  changeTensor,
  moveTensors,
  changeCounts,
  fillData,
];

export const gguf: Kind = {
  originals: SOURCES,
  put: (source, folder) => copyFileSync(join(root, `${source}.gguf`), join(folder, "model.gguf")),

  make(random, folder) {
    const source = random(files.length);
    const [bytes, name] = mutate(files[source]!, random);
    writeFileSync(join(folder, "model.gguf"), bytes);
    return { name: `${SOURCES[source]!}: ${name}`, sizeBytes: bytes.length };
  },

  open: (folder) => use(folder, "never"),
};

/** The same, each in a child process first. */
export const firstLoad: Kind = {
  ...gguf,
  open: (folder) => use(folder, "always"),
};

async function use(folder: string, verify: "never" | "always"): Promise<void> {
  await using model = await program.Model.load(join(folder, "model.gguf"), { verify });
  model.metadata();
  const tokens = model.tokenize("7+5=12, he said. <|im_end|>\n\u{1f9ee}", { parseSpecial: true });
  model.detokenize(tokens, { special: true });
  const engine = await model.createEngine({ threads: 1, contextTokens: 256 });
  const prompt = tokens.length > 0 ? tokens.subarray(0, 32) : Int32Array.of(0);
  const sampling = { temperature: 1, topK: 40, topP: 0.9, seed: 1 };
  await engine.run({ prompt, branches: [{ maxTokens: 3 }, { maxTokens: 3, sampling }] });
}

function mutate(bytes: Buffer, random: RandomBelow): [Buffer, string] {
  if (random(4) === 0) {
    const damaged = damage(random, bytes, random(8) === 0 ? bytes.length : HEADER_BYTES);
    return [damaged.bytes, damaged.name];
  }
  const layout = parse(bytes);
  const names = Array.from({ length: 1 + random(3) }, () => pick(random, CHANGES)(layout, random));
  return [write(layout), names.join("; ")];
}

function setNumber({ entries }: Layout, random: RandomBelow): string {
  const entry = pick(
    random,
    entries.filter(({ type }) => widthOf(type) !== undefined),
  );
  const width = entry.value.length;
  const before = Buffer.concat([entry.value, Buffer.alloc(8)]).readBigUInt64LE();
  entry.value =
    entry.type === TYPE.f32
      ? f32(pick(random, [0, -1, 1e-38, 1e38, NaN, Infinity, entry.value.readFloatLE() * 1000]))
      : u64(edge(random, before)).subarray(0, width);
  return `${entry.key} = 0x${Buffer.from(entry.value).reverse().toString("hex")}`;
}

function setText({ entries }: Layout, random: RandomBelow): string {
  const entry = pick(
    random,
    entries.filter(({ type }) => type === TYPE.string),
  );
  const text = pick(random, TEXTS);
  entry.value = string(text);
  return `${entry.key} = ${JSON.stringify(text.slice(0, 32))}`;
}

function changeArray({ entries }: Layout, random: RandomBelow): string {
  const entry = pick(
    random,
    entries.filter(({ type }) => type === TYPE.array),
  );
  const { type, elements } = elementsOf(entry.value);
  const at = random(Math.max(1, elements.length));
  const element = () =>
    type === TYPE.string
      ? string(pick(random, TEXTS))
      : type === TYPE.f32
        ? f32(pick(random, [NaN, Infinity, -1e38]))
        : u64(edge(random, 0n)).subarray(0, widthOf(type));
  const [what, changed] = pick<() => [string, Buffer]>(random, [
    () => ["emptied", array(type, [])],
    () => [`cut after ${at}`, array(type, elements.slice(0, at))],
    () => ["twice as long", array(type, [...elements, ...elements])],
    () => ["reversed", array(type, [...elements].reverse())],
    () => [`element ${at} changed`, array(type, replace(elements, at, element()))],
    () => [`element ${at} as the one before`, array(type, replace(elements, at, elements.at(at - 1) ?? element()))],
    () => ["all the same", array(type, elements.fill(element()))],
    () => ["its length alone", Buffer.concat([u32(type), u64(edge(random, BigInt(at))), ...elements])],
    () => ["of another type", Buffer.concat([u32(random(14)), entry.value.subarray(4)])],
  ])();
  entry.value = changed;
  return `${entry.key} ${what}`;
}

function replace<T>(elements: readonly T[], at: number, element: T): T[] {
  return elements.map((each, i) => (i === at ? element : each));
}

function retype({ entries }: Layout, random: RandomBelow): string {
  const entry = pick(random, entries);
  const type = random(14);
  entry.type = type;
  if (random(2) === 0) entry.value = valueOf(type, random); // else it is read as what it is not
  return `${entry.key} is of type ${type}`;
}

function addEntry({ entries }: Layout, random: RandomBelow): string {
  const key = pick(random, KEYS).replace("%s", architectureOf(entries));
  const type = pick(random, [TYPE.u32, TYPE.u32, TYPE.u32, TYPE.f32, TYPE.bool, TYPE.string, TYPE.array]);
  const value = valueOf(type, random);
  const known = entries.find((entry) => entry.key === key);
  if (known) Object.assign(known, { type, value });
  else entries.push({ key, type, value });
  return `${key} of type ${type} = 0x${value.subarray(0, 12).toString("hex")}`;
}

function removeOrRepeatEntry({ entries }: Layout, random: RandomBelow): string {
  const at = random(entries.length);
  const { key } = entries[at]!;
  if (random(3) === 0) {
    entries.push(entries[at]!);
    return `${key} twice`;
  }
  entries.splice(at, 1);
  return `no ${key}`;
}

/** All its keys with it, so that another architecture's reader gets at the tensors. */
function renameArchitecture({ entries }: Layout, random: RandomBelow): string {
  const before = architectureOf(entries);
  const after = pick(random, ARCHITECTURES);
  for (const entry of entries) {
    if (entry.key === "general.architecture") entry.value = string(after);
    if (entry.key.startsWith(`${before}.`)) entry.key = after + entry.key.slice(before.length);
  }
  return `architecture ${after}`;
}

function changeTensor({ tensors }: Layout, random: RandomBelow): string {
  const tensor = pick(random, tensors);
  const other = pick(random, tensors);
  const axis = random(tensor.extents.length);
  const change = pick<() => string>(random, [
    () => `extents ${(tensor.extents = [...tensor.extents].reverse()).join("x")}`,
    () => `extents ${(tensor.extents = [...other.extents]).join("x")}`,
    () => `extent ${axis} ${(tensor.extents[axis] = edge(random, tensor.extents[axis]!))}`,
    () => `no extents ${(tensor.extents = []).length}`,
    () => `one more extent ${tensor.extents.push(edge(random, 1n))}`,
    () => `type ${(tensor.type = random(48))}`,
    () => `type ${(tensor.type = random(32))}`,
    () => `offset ${(tensor.offset = edge(random, BigInt(random(1 << 20))))}`,
    () => `name ${(tensor.name = other.name)}`,
    () => `name ${(tensor.name = tensor.name.replace(/\d+/, String(random(8))))}`,
    () => `name ${(tensor.name = pick(random, TEXTS)).length}`,
    () => `no data ${(tensor.data = tensor.data.subarray(0, random(32))).length}`,
  ]);
  const { name } = tensor;
  const changed = change();
  if (random(2) === 0) fitData(tensor);
  return `${name} has ${changed}`;
}

function moveTensors({ tensors }: Layout, random: RandomBelow): string {
  const at = random(tensors.length);
  const { name } = tensors[at]!;
  switch (random(3)) {
    case 0:
      tensors.splice(at, 1);
      return `no ${name}`;
    case 1:
      tensors.push({ ...tensors[at]!, name: `${name}.x` });
      return `${name} under another name too`;
    default:
      tensors.push(...tensors.splice(at, 1));
      return `${name} last`;
  }
}

function changeCounts(layout: Layout, random: RandomBelow): string {
  if (random(3) === 0) return `version ${(layout.version = Number(edge(random, 3n) & 0xffffffffn))}`;
  if (random(2) === 0) return `${(layout.nEntries = edge(random, BigInt(layout.entries.length)))} entries`;
  return `${(layout.nTensors = edge(random, BigInt(layout.tensors.length)))} tensors`;
}

/** Weights that no training makes. */
function fillData({ tensors }: Layout, random: RandomBelow): string {
  const tensor = pick(random, tensors);
  const byte = pick(random, [0x00, 0x7f, 0x80, 0xff]);
  tensor.data = Buffer.alloc(tensor.data.length, byte);
  return `${tensor.name} is all ${byte}`;
}

function valueOf(type: number, random: RandomBelow): Buffer {
  if (type === TYPE.string) return string(pick(random, TEXTS));
  if (type === TYPE.f32) return f32(pick(random, [0, 1, -1, NaN, 1e38]));
  if (type !== TYPE.array) return u64(edge(random, 8n)).subarray(0, widthOf(type) ?? 4);
  const element = pick(random, [TYPE.u8, TYPE.u32, TYPE.i32, TYPE.f32, TYPE.bool, TYPE.string, TYPE.u64]);
  return array(
    element,
    Array.from({ length: random(8) }, () => valueOf(element, random)),
  );
}

function architectureOf(entries: Layout["entries"]): string {
  const entry = entries.find(({ key, type }) => key === "general.architecture" && type === TYPE.string);
  return entry?.value.toString("latin1", 8) ?? "llama";
}
