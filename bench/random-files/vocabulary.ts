import { GGUF_TYPE as TYPE } from "../../lib/files/gguf-layout";
import { countEntry, f32, ggufArray, type GgufEntry, ggufString, textEntry, u32 } from "../../lib/files/gguf-writer";

const SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>"];
/** llama.h, `llama_token_type`. */
const KIND = { normal: 1, unknown: 2, control: 3, byte: 6 };
const SPACE = "\u2581";
const ALPHABET = Array.from("abcdefghijklmnopqrstuvwxyz");

/**
 * A SentencePiece vocabulary of so many tokens: the bytes, what words begin and go on with in two letters or, where there is
 * room, three, and tokens that no text has. A word is about two tokens: a real vocabulary has half as many.
 */
export function vocabulary(nVocab: number): GgufEntry[] {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  const pairs = ALPHABET.flatMap((first) => ALPHABET.map((second) => first + second));
  const triples = pairs.flatMap((pair) => ALPHABET.map((third) => pair + third));
  const parts = [...ALPHABET, ...pairs, ...(2 * triples.length < nVocab / 2 ? triples : [])];
  const capitals = ALPHABET.map((letter) => letter.toUpperCase());
  const words = [SPACE, ...parts, ...capitals, ...[...parts, ...capitals].map((part) => SPACE + part)];
  const known = [...SPECIAL, ...bytes, ...words];
  const tokens = [...known, ...Array.from({ length: nVocab - known.length }, (_, i) => `<unused${i}>`)];
  const kindOf = (i: number) => {
    if (i < SPECIAL.length) return i === 3 ? KIND.unknown : KIND.control;
    return i < SPECIAL.length + bytes.length ? KIND.byte : KIND.normal;
  };
  const key = (name: string) => `tokenizer.ggml.${name}`;
  return [
    textEntry(key("model"), "llama"),
    { key: key("tokens"), type: TYPE.array, value: ggufArray(TYPE.string, tokens.map(ggufString)) },
    // The longer one wins.
    { key: key("scores"), type: TYPE.array, value: ggufArray(TYPE.f32, tokens.map((token) => f32(token.length))) }, // prettier-ignore
    { key: key("token_type"), type: TYPE.array, value: ggufArray(TYPE.i32, tokens.map((_, i) => u32(kindOf(i)))) }, // prettier-ignore
    ...["padding", "eos", "bos", "unknown"].map((name, id) => countEntry(key(`${name}_token_id`), id)),
    { key: key("add_bos_token"), type: TYPE.bool, value: Buffer.of(1) },
    { key: key("add_space_prefix"), type: TYPE.bool, value: Buffer.of(0) },
  ];
}
