import { unpackSnappy } from "../../../lib/data/parquet/snappy";

const unpack = (packed: readonly number[], sizeBytes: number) =>
  Buffer.from(unpackSnappy(Uint8Array.from(packed), sizeBytes)).toString("latin1");
const letters = (text: string) => [...Buffer.from(text, "latin1")];
/** The tag of a literal of up to 60 bytes. */
const literal = (text: string) => [(text.length - 1) << 2, ...letters(text)];
const long = "x".repeat(300);

it.each([
  ["nothing", [0], ""],
  ["a literal", [3, ...literal("abc")], "abc"],
  ["a literal with a length of 16 bits", [0xac, 2, 61 << 2, 0x2b, 1, ...letters(long)], long],
  ["a near copy", [8, ...literal("abcd"), 1 | (0 << 2), 4], "abcdabcd"],
  ["a copy that repeats itself", [9, ...literal("ab"), 1 | (3 << 2), 2], "ababababa"],
  ["a copy with an offset of 16 bits", [6, ...literal("abc"), 2 | (2 << 2), 3, 0], "abcabc"],
  ["a copy with an offset of 32 bits", [4, ...literal("ab"), 3 | (1 << 2), 2, 0, 0, 0], "abab"],
])("unpacks %s", (_, packed, expected) => {
  expect(unpack(packed, expected.length)).toBe(expected);
});

it.each([
  ["a literal that leads back to itself by a length below zero", [4, 63 << 2, 0xfa, 0xff, 0xff, 0xff, 0, 0], 4],
  ["a literal that ends behind the packed bytes", [4, ...literal("abcd").slice(0, -1)], 4],
  ["a literal that ends behind the page", [4, ...literal("abcd")], 3],
  ["a copy of what comes later", [4, ...literal("ab"), 2 | (1 << 2), 3, 0], 4],
  ["a copy of itself", [4, ...literal("ab"), 2 | (1 << 2), 0, 0], 4],
  ["a copy that ends behind the page", [4, ...literal("ab"), 2 | (63 << 2), 2, 0], 4],
  ["a tag without its offset", [4, ...literal("ab"), 3 | (1 << 2), 2, 0], 4],
  ["fewer bytes than are stated", [4, ...literal("ab")], 4],
  ["no end of the size", [0x80, 0x80], 0],
])("refuses %s", (_, packed, sizeBytes) => {
  expect(() => unpack(packed, sizeBytes)).toThrow(RangeError);
});
