import type { NativeDevice } from "../../../lib/native/addon";
import { resolveDevice } from "../../../lib/native/devices";

const memory = { memoryFreeBytes: 0, memoryTotalBytes: 0 };
const CPU: NativeDevice = { name: "CPU", description: "a processor", backend: "CPU", type: "cpu", ...memory };
const CARD: NativeDevice = { name: "CUDA0", description: "a card", backend: "CUDA", type: "gpu", ...memory };
const CHIP: NativeDevice = { name: "Vulkan0", description: "a chip", backend: "Vulkan", type: "igpu", ...memory };
const MESA: NativeDevice = { ...CHIP, description: "llvmpipe (LLVM 15.0.6, 256 bits)", type: "gpu" };
const MAC: NativeDevice = { name: "MTL0", description: "Apple M4", backend: "MTL", type: "gpu", ...memory };

test.each([
  ["the CPU where there is nothing else", [CPU], "cpu"],
  ["a card before what is built into the processor", [CPU, CHIP, CARD], "CUDA0"],
  ["what is built into the processor before the CPU", [CPU, CHIP], "Vulkan0"],
  ["a Mac's", [CPU, MAC], "MTL0"],
  ["no driver that computes on the CPU", [CPU, MESA], "cpu"],
])("auto is %s", (_, devices, expected) => {
  expect(resolveDevice("auto", () => devices)).toBe(expected);
});

test("a backend's name is its first device, a software driver's too", () => {
  const devices = () => [CPU, MESA, CARD, MAC];
  expect(["cuda", "vulkan", "metal"].map((name) => resolveDevice(name, devices))).toEqual(["CUDA0", "Vulkan0", "MTL0"]);
});

test("a backend without a device is refused with what adds it", () => {
  expect(() => resolveDevice("cuda", () => [CPU])).toThrow(
    expect.objectContaining({ code: "ERR_OUT_OF_RANGE", message: expect.stringContaining("corrsteer install cuda") }),
  );
});

test("other names are ggml's, checked where they are used", () => {
  expect(resolveDevice("abacus", () => [])).toBe("abacus");
});
