import { evenParts, examplesOf } from "../../../lib/features/examples";
import { WIDTH } from "../../../lib/features/context";
import { Probes } from "../../../lib/features/probes";
import { ReadTokens } from "../../../lib/features/read-tokens";
import type { NativeExamples, NativeKept } from "../../../lib/native/addon";
import { seededRandom } from "../../../lib/statistics/random";

const OPTIONS = { top: 2, perRange: 2, seed: 1 };
const LENGTH = 20; // twice the five ranges of two

function examples(activations: readonly number[], length: number): NativeExamples {
  const padded = Float32Array.from({ length }, (_, i) => activations[i] ?? 0);
  const positions = Uint32Array.from({ length }, (_, i) => 100 * i);
  const contexts = new Uint8Array(length * WIDTH);
  contexts[24] = 255;
  contexts[26] = 3;
  return { positions, activations: padded, largest: padded, contexts };
}

function kept(active: number): NativeKept {
  const sample = examples(
    Array.from({ length: Math.min(LENGTH, active) }, (_, i) => 1 + ((i * 7) % 20)),
    LENGTH,
  );
  const top = examples([9, 8], 2);
  return {
    active: Uint32Array.of(active),
    sums: Float64Array.of(3 * active),
    probes: Uint32Array.of(5, 2 ** 31),
    nTop: Uint32Array.of(2),
    top,
    sample,
  };
}

test("parts a sample into what is shown, in fifths by activation, and what is held out", () => {
  const { ranges, heldOut, top, meanActivation, probes } = examplesOf(kept(500), 0, 7, OPTIONS);

  const shown = ranges.flat();
  expect(ranges.map((range) => range.length)).toEqual([2, 2, 2, 2, 2]);
  expect(shown.map(([, activation]) => activation)).toEqual(shown.map(([, activation]) => activation).sort((a, b) => b - a)); // prettier-ignore
  const positions = [...shown.map(([position]) => position), ...heldOut];
  expect(new Set(positions).size).toBe(LENGTH);
  expect(top.map(([, activation]) => activation)).toEqual([9, 8]);
  expect(top[0]![3]).toEqual([0, 255, 2, 3]);
  expect([meanActivation, probes]).toEqual([3, [5, 2 ** 31]]);
});

test("what is drawn depends on the feature and the seed alone", () => {
  const drawn = (feature: number, seed: number) => examplesOf(kept(500), 0, feature, { ...OPTIONS, seed }).heldOut;

  expect(drawn(7, 1)).toEqual(drawn(7, 1));
  expect(drawn(7, 1)).not.toEqual(drawn(8, 1));
  expect(drawn(7, 1)).not.toEqual(drawn(7, 2));
});

test.each([0, 1, 3])("holds out half of %i contexts, and invents none", (active) => {
  const { ranges, heldOut } = examplesOf(kept(active), 0, 7, OPTIONS);

  expect(heldOut.length).toBe(Math.floor(active / 2));
  expect(ranges.flat().length).toBe(active - heldOut.length);
});

test("parts of a list are of sizes that differ by at most one, in order", () => {
  for (let n = 0; n < 24; n++) {
    const parts = evenParts(Array.from({ length: n }, (_, i) => i), 5); // prettier-ignore
    const sizes = parts.map(({ length }) => length);
    expect(parts.flat()).toEqual(Array.from({ length: n }, (_, i) => i));
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  }
});

test("a window does not leave its sequence", () => {
  const read = new ReadTokens();
  const sequences = [Int32Array.of(1, 2, 3), Int32Array.from({ length: 70_000 }, (_, i) => i), Int32Array.of(7)];
  const begins = sequences.map((sequence) => read.add(sequence));

  expect(begins).toEqual([0, 3, 70_003]);
  expect(read.around(1, 5, 5)).toEqual({ tokens: Int32Array.of(1, 2, 3), at: 1 });
  expect(read.around(4, 5, 1)).toEqual({ tokens: Int32Array.of(0, 1, 2), at: 1 });
  expect(read.around(70_003, 5, 5)).toEqual({ tokens: Int32Array.of(7), at: 0 });
  expect([0, 2, 3, 70_002, 70_003].map((position) => read.sequenceOf(position))).toEqual([0, 0, 1, 1, 2]);
});

test("probes are windows within sequences, and every sequence has the same chance", () => {
  const counts = new Int32Array(256);
  for (let seed = 0; seed < 400; seed++) {
    const probes = new Probes(10, seededRandom(seed));
    for (let sequence = 0; sequence < 256; sequence++) {
      const probe = probes.offer(100 * sequence, 12);
      if (probe) expect(probe.start).toBeLessThanOrEqual(2);
    }
    expect(probes.offer(0, 9)).toBeUndefined();
    expect(probes.positions.length).toBe(64);
    for (const position of probes.positions) counts[Math.floor(position / 100)]! += 1;
  }
  // 400 draws of probability 1/4: mean 100, standard deviation 8.7.
  expect(Math.min(...counts)).toBeGreaterThan(60);
  expect(Math.max(...counts)).toBeLessThan(140);
});
