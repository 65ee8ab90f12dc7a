import type { Kind } from "./kind";

/** What was not damaged has to open: mutants of a thing that is refused anyway would show nothing. */
export async function openOriginals(
  { originals, put, open }: Pick<Kind, "originals" | "put" | "open">,
  folder: string,
) {
  for (const original of originals) {
    put(original, folder);
    await open(folder).catch((cause: unknown) => {
      throw new Error(`${original} is refused though nothing was done to it`, { cause });
    });
  }
}
