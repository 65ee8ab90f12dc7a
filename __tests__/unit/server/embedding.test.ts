import { writtenAs } from "../../../lib/server/answers/embedding";

const embedding = { features: Uint32Array.of(1, 3), values: Float32Array.of(0.5, -2) };

test.each([
  ["sparse", { features: [1, 3], values: [0.5, -2] }],
  ["float", [0, 0.5, 0, -2, 0]],
  ["base64", Buffer.from(Float32Array.of(0, 0.5, 0, -2, 0).buffer).toString("base64")],
] as const)("writes coordinates as %s", (format, written) => {
  expect(writtenAs(format, embedding, 5)).toEqual(written);
});
