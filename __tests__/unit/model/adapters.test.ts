import { resolve } from "node:path";
import { adapterOf, adapterText } from "../../../lib/model/adapters";

test.each([
  ["a.gguf", "a.gguf", 1],
  ["a.gguf:0.5", "a.gguf", 0.5],
  ["a.gguf:-2", "a.gguf", -2],
  ["a.gguf:.5e-1", "a.gguf", 0.05],
  ["a:b.gguf", "a:b.gguf", 1],
  ["a:b.gguf:3", "a:b.gguf", 3],
  ["5", "5", 1],
])("%s is a file and a scale", (text, file, scale) => {
  const adapter = adapterOf(text);
  expect(adapter).toEqual({ path: resolve(file), scale });
  expect(adapterOf(adapterText(adapter))).toEqual(adapter);
});
