import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapCudaRuntime } from "../../../lib/native/cuda-runtime";
import { libraryDirectory } from "../../../lib/native/platform";

const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("CUDA's runtime", () => {
  const folder = mkdtempSync(join(tmpdir(), "corrsteer-cuda-"));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function put(...libraries: string[]): void {
    const some = join(libraryDirectory(__dirname)!, "libggml-base.so");
    for (const library of libraries) copyFileSync(some, join(folder, library));
  }

  test("is mapped from the first folder that has all of it, for the backend that wants it", () => {
    const places = ["/nowhere", folder];
    put("libcudart.so.13", "libcublas.so.13");
    expect(mapCudaRuntime("/x/libggml-cuda.so", places)).toBe(false);
    put("libcublasLt.so.13");
    expect(mapCudaRuntime("/x/libggml-cuda.so", places)).toBe(true);
    expect(readFileSync("/proc/self/maps", "utf8")).toContain(join(folder, "libcublas.so.13"));
    expect(mapCudaRuntime("/x/libggml-vulkan.so", places)).toBe(false);
  });
});
