import { corrsteer, corrsteerJson, interrupt, model } from "../support/command-line";

const common = ["generate", "--model", model, "--threads", "1"];
const endless = [...common, "--prompt", "zzz", "--max-tokens", "90000", "--context", "100000"];

test("prints text, tokens, stop reason and receipt as one JSON document", () => {
  const result = corrsteerJson(...common, "--prompt", "abc", "--max-tokens", "4");

  expect(result).toEqual({
    text: expect.any(String),
    tokenIds: Array(4).fill(expect.any(Number)),
    promptTokenIds: [266, 97, 98, 99],
    stopReason: "length",
    receipt: [],
  });
});

test("writes nothing but the text without --json", () => {
  const { text } = corrsteerJson(...common, "--prompt", "abc", "--max-tokens", "4") as { text: string };

  expect(corrsteer(...common, "--prompt", "abc", "--max-tokens", "4")).toMatchObject({
    status: 0,
    stdout: `${text}\n`,
    stderr: "",
  });
});

test("samples the same text from the same seed", () => {
  const sample = (seed: string) =>
    corrsteerJson(...common, "--prompt", "abc", "--max-tokens", "8", "--temperature", "2", "--seed", seed);

  expect(sample("1")).toEqual(sample("1"));
  expect(sample("1")).not.toEqual(sample("2"));
});

test("streams, and ends within a second of Ctrl-C with exit code 130", async () => {
  const { status, stderr, ms } = await interrupt(endless, (stdout) => stdout !== "");

  expect({ status, stderr }).toEqual({ status: 130, stderr: "corrsteer: interrupted\n" });
  expect(ms).toBeLessThan(1000);
});
