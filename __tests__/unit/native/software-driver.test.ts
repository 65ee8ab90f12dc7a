import { settleSoftwareDrivers } from "../../../lib/native/software-driver";

const memory = { memoryFreeBytes: 0, memoryTotalBytes: 0 };
const device = (description: string) => {
  return { name: "Vulkan0", description, backend: "Vulkan", type: "gpu", ...memory } as const;
};
const MESA = device("llvmpipe (LLVM 15.0.6, 256 bits)");
const CARD = device("NVIDIA H200");

describe("the settings of software drivers", () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith("GGML_VK_")) delete process.env[name];
  });
  afterAll(() => {
    process.env = before;
  });

  test("are made for a driver that ggml is told to take, and stay as they are set", () => {
    process.env["GGML_VK_VISIBLE_DEVICES"] = "0";
    process.env["GGML_VK_DISABLE_FUSION"] = "set";
    settleSoftwareDrivers(() => [CARD, MESA]);
    expect(process.env).toMatchObject({ GGML_VK_DISABLE_FUSION: "set", GGML_VK_SERIALIZE_SUBMISSIONS: "1" });
  });

  test("are not made for a card, nor are devices listed where ggml takes no software driver", () => {
    settleSoftwareDrivers(() => {
      throw new Error("not to be listed");
    });
    process.env["GGML_VK_VISIBLE_DEVICES"] = "0";
    settleSoftwareDrivers(() => [CARD]);
    expect(process.env).not.toHaveProperty("GGML_VK_DISABLE_FUSION");
  });
});
