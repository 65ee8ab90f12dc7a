import { readFileSync } from "node:fs";
import { unpickle } from "../../../../lib/files/torch/unpickle";
import { containerFile } from "../../../support/containers";
import { dict, disassemble, global, int32, op, storage, tensor, text } from "../../../support/pickle";
import { parseZip } from "../../../support/zip-layout";

/** All that dicts of tensors and plain values need. */
const KNOWN = ".N\x88\x89KMJ\x8aGXc()\x85\x86\x87t]ae}suqrhjRQb\x80";
const value = (...opcodes: Buffer[]) => unpickle(Buffer.concat([...opcodes, op(".")]));

it("knows the opcodes that PyTorch writes, and refuses every other by its number", () => {
  for (let opcode = 0; opcode < 256; opcode++) {
    if (KNOWN.includes(String.fromCharCode(opcode))) continue;
    const number = `0x${opcode.toString(16).padStart(2, "0")}`;
    expect(() => unpickle(Buffer.of(opcode))).toThrow(new RegExp(`opcode ${number}\\b`));
  }
});

it.each(["state-dict.pt", "views.pt", "nested.pt", "types.pt", "parameters.pt"])(
  "has no need of another for %s",
  (name) => {
    const pickle = parseZip(readFileSync(containerFile(name))).members.find((member) =>
      member.name.endsWith("data.pkl"),
    )!;
    for (const opcode of disassemble(pickle.data)) expect(KNOWN).toContain(opcode.toString("latin1", 0, 1));
  },
);

it.each([
  ["os", "system"],
  ["builtins", "eval"],
  ["__builtin__", "getattr"],
  ["torch", "load"],
  ["torch.hub", "load"],
  ["torch._utils", "_rebuild_tensor"],
  ["torch._utils", "_rebuild_tensor_v2.__globals__"],
  ["collections", "OrderedDict.__init__"],
  ["collections OrderedDict", ""],
  ["torch", "float32 "],
  ["torch", "__proto__"],
  ["constructor", ""],
])("refuses the global %s.%s by its name, though nothing calls it", (module, name) => {
  expect(() => value(global(module, name))).toThrow(`${module}.${name}, which is not read`);
});

it("reads numbers, words and constants", () => {
  const list = (...items: Buffer[]) => value(op("]("), ...items, op("e"));
  const float = Buffer.from([0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]);
  expect(list(op("K\xff"), op("M\x00\x01"), int32(-5), float)).toEqual([255, 256, -5, 1.5]);
  expect(list(op("\x8a\x00"), op("\x8a\x01\xff"), op("\x8a\x05\x00\x00\x00\x00\x01"))).toEqual([0, -1, 2 ** 32]);
  expect(list(text("ü"), op("N\x88\x89"), op(")"), op("N\x85"))).toEqual(["ü", null, true, false, [], [null]]);
  expect(value(op("}"), text("a"), op("K\x01s"), text("a"), op("K\x02s"))).toEqual(new Map([["a", 2]]));
  expect(value(op("K\x01q\x05K\x02h\x05\x87"))).toEqual([1, 2, 1]);
});

it.each<[string, Buffer, string]>([
  ["ends too early", op("K"), "too early"],
  ["ends without a value", op("."), "more values"],
  ["has a text that is longer than it", op("X\xff\xff\xff\xff"), "too early"],
  ["has a name without end", op(`c${"a".repeat(300)}`), "name without end"],
  ["is of another protocol", op("\x80\x04N."), "protocol 4"],
  ["has a number of 200 bytes", op(`\x8a\xc8${"\x01".repeat(200)}`), "200 bytes"],
  ["takes what lies below a mark", op("N(\x86"), "more values"],
  ["has no mark", op("Nt"), "no mark"],
  ["wants what it has not put by", op("h\x07"), "value 7"],
  ["puts by nothing", op("q\x00"), "none"],
  ["appends to a dict", op("}Na"), "no list"],
  ["sets items of a list", op("]NNs"), "no dict"],
  ["sets an item without a value", op("}(Nu"), "no dict"],
  ["has a dict for a key", op("}}Ns"), "a key"],
  ["sets attributes of a list", op("]Nb"), "attributes"],
  ["calls a value", op("N)R"), "no function"],
  ["calls a storage's class", Buffer.concat([global("torch", "FloatStorage"), op(")R")]), "no function"],
  ["makes a dict of arguments", Buffer.concat([global("collections", "OrderedDict"), op("N\x85R")]), "OrderedDict"],
  [
    "makes a tensor of nothing",
    Buffer.concat([global("torch._utils", "_rebuild_tensor_v2"), op(")R")]),
    "_rebuild_tensor_v2",
  ],
  ["makes a tensor with a negative offset", tensor(storage("0", 4), -1, [2], [1]), "_rebuild_tensor_v2"],
  ["makes a tensor of a negative shape", tensor(storage("0", 4), 0, [-2], [1]), "_rebuild_tensor_v2"],
  ["makes a storage of nothing", op("NQ"), "a storage"],
  ["makes a storage of a type that is none", storage("0", 4, "float32"), "a storage"],
  ["makes a storage of a negative length", storage("0", -4), "a storage"],
])("refuses a pickle that %s", (_, pickle, words) => {
  expect(() => unpickle(Buffer.concat([pickle, op(".")]))).toThrow(RangeError);
  expect(() => unpickle(pickle)).toThrow(words);
});

it("bounds what a pickle does", () => {
  expect(() => unpickle(op("(".repeat(300_000)))).toThrow("262144 opcodes");
});

it("takes a dict of tensors that these tests write", () => {
  expect(unpickle(dict({ a: tensor(storage("0", 4), 1, [3], [1]) }))).toEqual(
    new Map([["a", { offset: 1, shape: [3], strides: [1], storage: { dtype: "F32", key: "0", length: 4 } }]]),
  );
});
