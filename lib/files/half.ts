// float32 and the two formats of 16 bits; to these it is rounded to the nearest, of two to the even one, as torch and ggml do.

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** bfloat16: the upper half of a float32. */
export function toBfloat16(value: number): number {
  float[0] = value;
  const whole = bits[0]!;
  if (Number.isNaN(value)) return (whole >>> 16) | 0x40; // rounding would make some infinite
  return (whole + 0x7fff + ((whole >>> 16) & 1)) >>> 16;
}

/** IEEE 754 binary16; beyond 65504, infinite. */
export function toFloat16(value: number): number {
  float[0] = value;
  const whole = bits[0]!;
  const sign = (whole >>> 16) & 0x8000;
  const magnitude = whole & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 2^16
  if (magnitude < 0x38800000) {
    float[0] = Math.abs(value) + 0.5; // below 2^-14 a step is 2^-24, as it is of a float32 from 0.5 to 1
    return sign | (bits[0]! - 0x3f000000);
  }
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

export function fromBfloat16(half: number): number {
  bits[0] = half << 16;
  return float[0]!;
}

/** 5 bits of exponent, 10 of fraction. */
export function fromFloat16(half: number): number {
  const [sign, exponent, fraction] = [half >> 15 ? -1 : 1, (half >> 10) & 31, half & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
