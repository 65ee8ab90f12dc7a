import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingBackends } from "../../../lib/doctor/missing";

const onLinux = process.platform === "linux" && process.arch === "x64" ? test : test.skip;
const CPU = { backend: "CPU" };
const none = { files: [], failures: [] };

let folder: string; // no packages can be resolved from here
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "corrsteer-missing-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

onLinux("what is not installed is said with the command that adds it", () => {
  const sentences = missingBackends({ devices: [CPU], plugins: none }, folder);
  expect(sentences).toEqual([
    expect.stringMatching(/^cuda: not installed; .*`corrsteer install cuda`/),
    expect.stringMatching(/^vulkan: not installed; .*`corrsteer install vulkan`/),
  ]);
});

onLinux("a backend with a device is not missing", () => {
  const found = { devices: [CPU, { backend: "CUDA" }, { backend: "Vulkan" }], plugins: none };
  expect(missingBackends(found, folder)).toEqual([]);
});

onLinux("a backend that does not load is told from one without a device", () => {
  const files = ["/x/libggml-cuda.so", "/x/libggml-vulkan.so"];
  const failures = ["the ggml backend /x/libggml-cuda.so could not be loaded. libcuda.so.1: not found"];
  const sentences = missingBackends({ devices: [CPU], plugins: { files, failures } }, folder);
  expect(sentences).toEqual([
    expect.stringMatching(/^cuda: .*does not load.*libcuda\.so\.1: not found/),
    "vulkan: its backend is loaded, but finds no device",
  ]);
});

onLinux("of CUDA its runtime is told from its driver, and that one may be too old", () => {
  const files = ["/x/libggml-cuda.so"];
  const failures = ["the ggml backend /x/libggml-cuda.so could not be loaded. libcudart.so.13: not found"];
  const cuda = (failed: string[]) =>
    missingBackends({ devices: [CPU], plugins: { files, failures: failed } }, folder)[0];
  expect(cuda(failures)).toMatch(/for want of CUDA 13's runtime: .*libcudart\.so\.13: not found/);
  expect(cuda([])).toBe("cuda: its backend is loaded, but finds no device: CUDA 13 needs NVIDIA's driver 580 or newer");
});
