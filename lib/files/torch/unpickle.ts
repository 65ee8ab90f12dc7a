import { ByteReader } from "./byte-reader";
import { callGlobal, globalOf, storageOf } from "./globals";
import type { TorchValue } from "./values";

/** Each takes memory: this is for ten thousand tensors. */
const MAX_OPCODES = 2 ** 18;

/**
 * The value of a pickle that `torch.save` wrote, protocol 2 (Python's Lib/pickletools.py says what the opcodes mean).
 * Only what dicts of tensors and plain values need is known; nothing of Python is imported or called.
 * @throws RangeError for any other opcode, by its number, and any other global, by its name
 */
export function unpickle(bytes: Buffer): TorchValue {
  return new Unpickler(new ByteReader(bytes)).run();
}

class Unpickler {
  private stack: TorchValue[] = [];
  /** Of the stacks below marks. */
  private readonly below: TorchValue[][] = [];
  private readonly memo = new Map<number, TorchValue>();

  constructor(private readonly bytes: ByteReader) {}

  run(): TorchValue {
    for (let i = 0; i < MAX_OPCODES; i++) {
      const opcode = this.bytes.uint8();
      if (opcode === STOP) return this.pop();
      const step = STEPS[opcode];
      if (!step) throw new RangeError(`it has the opcode ${shown(opcode)}, which is not read`);
      step(this, this.bytes);
    }
    throw new RangeError(`it has more than ${MAX_OPCODES} opcodes`);
  }

  push(value: TorchValue): void {
    this.stack.push(value);
  }

  pop(): TorchValue {
    const value = this.stack.pop();
    if (value === undefined) throw new RangeError("it takes more values than it has");
    return value;
  }

  top(): TorchValue {
    const value = this.stack.at(-1);
    if (value === undefined) throw new RangeError("it uses a value where it has none");
    return value;
  }

  /** So many values, as they were pushed. */
  take(n: number): TorchValue[] {
    return Array.from({ length: n }, () => this.pop()).reverse();
  }

  mark(): void {
    this.below.push(this.stack);
    this.stack = [];
  }

  /** What was pushed since the mark. */
  sinceMark(): TorchValue[] {
    const values = this.stack;
    const stack = this.below.pop();
    if (!stack) throw new RangeError("it has no mark");
    this.stack = stack;
    return values;
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  get(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw new RangeError(`it wants the value ${index}, which it has not put by`);
    this.push(value);
  }

  append(values: readonly TorchValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new RangeError("it appends to what is no list");
    for (const value of values) list.push(value);
  }

  setItems(values: readonly TorchValue[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || values.length % 2 !== 0) throw new RangeError("it sets items of what is no dict");
    for (let i = 0; i < values.length; i += 2) {
      const key = values[i]!;
      if (typeof key !== "string" && typeof key !== "number") throw new RangeError("a key is no word or number");
      dict.set(key, values[i + 1]!);
    }
  }

  /** The versions of a state dict's modules come as an attribute of it. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map)) throw new RangeError("it sets attributes of what is no dict");
  }
}

const code = (character: string): number => character.charCodeAt(0);
const STOP = code(".");
const PROTOCOL = 2;

const STEPS: Readonly<Record<number, (machine: Unpickler, bytes: ByteReader) => void>> = {
  [0x80]: (_, bytes) => {
    const protocol = bytes.uint8();
    if (protocol !== PROTOCOL) throw new RangeError(`it is of protocol ${protocol}, where PyTorch writes ${PROTOCOL}`);
  },
  [code("N")]: (m) => m.push(null),
  [0x88]: (m) => m.push(true),
  [0x89]: (m) => m.push(false),
  [code("K")]: (m, bytes) => m.push(bytes.uint8()),
  [code("M")]: (m, bytes) => m.push(bytes.uint16()),
  [code("J")]: (m, bytes) => m.push(bytes.int32()),
  [0x8a]: (m, bytes) => m.push(bytes.integer(bytes.uint8())),
  [code("G")]: (m, bytes) => m.push(bytes.float64()),
  [code("X")]: (m, bytes) => m.push(bytes.text(bytes.uint32())),
  [code("c")]: (m, bytes) => m.push(globalOf(bytes.line(), bytes.line())),
  [code("(")]: (m) => m.mark(),
  [code(")")]: (m) => m.push([]),
  [0x85]: (m) => m.push(m.take(1)),
  [0x86]: (m) => m.push(m.take(2)),
  [0x87]: (m) => m.push(m.take(3)),
  [code("t")]: (m) => m.push(m.sinceMark()),
  [code("]")]: (m) => m.push([]),
  [code("a")]: (m) => m.append(m.take(1)),
  [code("e")]: (m) => m.append(m.sinceMark()),
  [code("}")]: (m) => m.push(new Map<string | number, TorchValue>()),
  [code("s")]: (m) => m.setItems(m.take(2)),
  [code("u")]: (m) => m.setItems(m.sinceMark()),
  [code("q")]: (m, bytes) => m.put(bytes.uint8()),
  [code("r")]: (m, bytes) => m.put(bytes.uint32()),
  [code("h")]: (m, bytes) => m.get(bytes.uint8()),
  [code("j")]: (m, bytes) => m.get(bytes.uint32()),
  [code("R")]: (m) => {
    const [callee, args] = m.take(2);
    m.push(callGlobal(callee!, args!));
  },
  [code("Q")]: (m) => m.push(storageOf(m.pop())),
  [code("b")]: (m) => m.build(),
};

function shown(opcode: number): string {
  const name = opcode > 32 && opcode < 127 ? ` ("${String.fromCharCode(opcode)}")` : "";
  return `0x${opcode.toString(16).padStart(2, "0")}${name}`;
}
