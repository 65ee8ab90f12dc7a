import { open } from "node:fs/promises";
import { formatError } from "../format-error";
import type { Span } from "../span";
import type { Layout } from "./layout";

const WINDOW = 2 ** 22;

/** A view's elements of `width` bytes one after the other, row by row: read once through, a window at a time. */
export async function* gathered(
  { path, offset, size }: Span,
  layout: Layout,
  width: number,
): AsyncGenerator<Uint8Array> {
  const { rows, columns, rowStride, columnStride } = layout;
  const file = await open(path);
  try {
    let window = Buffer.alloc(0);
    let begin = 0;
    let out = Buffer.alloc(WINDOW);
    let filled = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns;) {
        const at = width * (layout.offset + row * rowStride + column * columnStride);
        if (at + width > begin + window.length) {
          window = Buffer.alloc(Math.min(WINDOW, size - at));
          begin = at;
          const { bytesRead } = await file.read(window, 0, window.length, offset + at);
          if (bytesRead < window.length) throw formatError(path, "it became shorter while it was read");
        }
        const room = Math.min(begin + window.length - at, WINDOW - filled);
        const run = columnStride === 1 ? Math.min(columns - column, Math.floor(room / width)) : 1;
        window.copy(out, filled, at - begin, at - begin + run * width);
        column += run;
        filled += run * width;
        if (filled === WINDOW) {
          yield out;
          [out, filled] = [Buffer.alloc(WINDOW), 0];
        }
      }
    }
    yield out.subarray(0, filled);
  } finally {
    await file.close();
  }
}
