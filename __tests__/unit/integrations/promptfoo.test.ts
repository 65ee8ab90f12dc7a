import { resolve } from "node:path";
import { CorrsteerProvider } from "../../../lib/integrations/promptfoo";

const make = (config: object, id?: string) =>
  new CorrsteerProvider({ config: { model: "a.gguf", ...config }, ...(id !== undefined && { id }) });

describe("a provider of promptfoo", () => {
  it("is called as promptfoo says, else by its model and profile", () => {
    expect(make({}, "mine").id()).toBe("mine");
    expect(make({}).id()).toBe("corrsteer:a.gguf");
    expect(make({ steer: "b.steer.json", scale: 0.5 }).id()).toBe("corrsteer:a.gguf@b.steer.json:0.5");
  });

  it("looks for its model where promptfoo's configuration lies", async () => {
    const { error } = await make({ model: "none.gguf", basePath: "/nowhere" }).callApi("x");
    expect(error).toContain(resolve("/nowhere/none.gguf"));
  });

  it.each([
    [{ maxToken: 8 }, "ERR_INVALID_ARGUMENT"],
    [{ model: 1 }, "ERR_INVALID_ARGUMENT"],
    [{ scale: Infinity }, "ERR_OUT_OF_RANGE"],
    [{ steering: {} }, "ERR_INVALID_ARGUMENT"],
  ])("refuses the config %j", (config, code) => {
    expect(() => make(config)).toThrow(expect.objectContaining({ code }));
  });

  it("may be cleaned up before it was used", async () => {
    await expect(make({}).cleanup()).resolves.toBeUndefined();
  });
});
