import fc from "fast-check";
import { toBfloat16, toFloat16 } from "../../../lib/files/half";

function fromFloat16(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 31;
  const mantissa = half & 0x3ff;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

function fromBfloat16(half: number): number {
  return new Float32Array(Uint32Array.of(half << 16).buffer)[0]!;
}

describe.each([
  ["float16", toFloat16, fromFloat16],
  ["bfloat16", toBfloat16, fromBfloat16],
] as const)("%s", (_name, to, from) => {
  test("every value of its own stays", () => {
    const all = Array.from({ length: 2 ** 16 }, (_, half) => half);
    expect(all.filter((half) => !Object.is(from(to(from(half))), from(half)))).toEqual([]);
  });

  test("others go to the nearest, of two to the even one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x7bfe }), fc.double({ min: 0, max: 1, noNaN: true }), (half, part) => {
        const [below, above] = [from(half), from(half + 1)];
        const value = Math.fround(below + part * (above - below));
        const [down, up] = [value - below, above - value];
        const nearest = down < up || (down === up && half % 2 === 0) ? half : half + 1;
        expect(to(value)).toBe(nearest);
        expect(to(-value)).toBe(nearest | 0x8000);
      }),
    );
  });
});

test("what float16 cannot hold is infinite", () => {
  expect([65504, 65519, 65520, 1e30].map((value) => fromFloat16(toFloat16(value)))).toEqual([
    ...[65504, 65504, Infinity, Infinity],
  ]);
});
