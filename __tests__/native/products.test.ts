import { loadAddon } from "../../lib/native/load";
import { nmse, randomTokens, runOne, withEngine } from "./models";

const exact = { kvType: "f32", contextTokens: 1024 } as const;
const prompt = randomTokens(21, 40);
const branch = { maxTokens: 1, logits: "generated" } as const;

const isHere = process.arch === "x64" && process.platform !== "win32";
const describeHere = isHere ? describe : describe.skip;

describeHere("float32 products", () => {
  const options = { ...exact, products: "float32" } as const;

  test("give the logits of llama.cpp's own, which round nothing of float32 weights either", async () => {
    const llama = { ...exact, products: "llama.cpp" } as const;
    const theirs = await withEngine(llama, (engine) => runOne(engine, prompt, branch));
    const ours = await withEngine(options, (engine) => runOne(engine, prompt, branch));
    expect(nmse(ours.logits, theirs.logits)).toBeLessThan(1e-10);
    expect(ours.logits).not.toEqual(theirs.logits); // sums are in another order
  });

  test("need no more memory than the cache has room for rows, however large a batch may be", async () => {
    const large = { ...options, batchTokens: 2 ** 31 - 1 };
    const { logits } = await withEngine(large, (engine) => runOne(engine, prompt, branch));
    expect(logits).toEqual((await withEngine(options, (engine) => runOne(engine, prompt, branch))).logits);
  });

  test("give the same bits on any number of threads", async () => {
    const on = (threads: number) => withEngine({ ...options, threads }, (engine) => runOne(engine, prompt, branch));
    expect((await on(2)).logits).toEqual((await on(1)).logits);
  });
});

test("no other products are known", async () => {
  await expect(withEngine({ ...exact, products: "int4" as never }, () => Promise.resolve())).rejects.toMatchObject({
    code: "ERR_INVALID_ARGUMENT",
  });
});

describeHere("speeds of products", () => {
  const shape = { depth: 256, outputs: 96, rows: 16 };
  const [Q8_0, IQ4_XS] = [8, 23];

  test("are measured of each route that is written for the type, and one of them is used", async () => {
    const measured = (await loadAddon().measureProducts({ ...shape, type: Q8_0 }))!;
    expect(measured.type).toBe("q8_0");
    expect(measured["llama.cpp"]).toBeGreaterThan(0);
    expect(measured[measured.used]).toBeGreaterThan(0);
    expect(await loadAddon().measureProducts({ ...shape, type: IQ4_XS })).toBeUndefined();
  });

  test("are not measured of what is no product", async () => {
    for (const wrong of [{ type: 999 }, { depth: 33 }, { rows: 0 }, { outputs: 0 }, { outputs: 2 ** 30 }]) {
      const measured = Promise.resolve().then(() => loadAddon().measureProducts({ ...shape, type: Q8_0, ...wrong }));
      await expect(measured).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
    }
  });
});
