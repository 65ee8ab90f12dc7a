import { open } from "node:fs/promises";

/** Whether the file begins as GGUF files do. */
export async function isGguf(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4);
    return buffer.toString("latin1", 0, bytesRead) === "GGUF";
  } finally {
    await file.close();
  }
}
