import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readNumbers } from "../../lib/files/small-tensor";
import type { TensorPlace } from "../../lib/native/tensor-place";

const FOLDER = join(__dirname, "..", "fixtures", "containers");

/** A file that NumPy or PyTorch wrote: see fixtures/make_containers.py. */
export const containerFile = (name: string): string => join(FOLDER, name);

export interface Content {
  readonly shape: readonly number[];
  /** Row by row. */
  readonly values: readonly number[];
}

const golden = JSON.parse(readFileSync(containerFile("golden.json"), "utf8")) as {
  files: Record<string, Record<string, Content>>;
};

/** What is in a file, by those who wrote it. */
export function goldenContents(name: string): Readonly<Record<string, Content>> {
  return golden.files[name]!;
}

/** The same as the places say. */
export async function contentsOf(places: readonly TensorPlace[]): Promise<Readonly<Record<string, Content>>> {
  const contents: Record<string, Content> = {};
  for (const place of places) contents[place.name] = { shape: place.shape, values: await rowByRow(place) };
  return contents;
}

async function rowByRow(place: TensorPlace): Promise<number[]> {
  const values = [...(await readNumbers(place))];
  if (!place.transposed) return values;
  const [rows, columns] = place.shape as [number, number];
  return Array.from({ length: rows * columns }, (_, i) => values[(i % columns) * rows + Math.floor(i / columns)]!);
}

/** The refusal of a file, its message with these words in this order. */
export const formatRefusal = (...words: string[]): Error =>
  expect.objectContaining({
    code: "ERR_FILE_FORMAT",
    message: expect.stringMatching(words.join("[^]*")),
  }) as Error;
