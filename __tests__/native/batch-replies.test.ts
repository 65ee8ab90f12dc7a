import type { Reply } from "../../lib/model/generate/reply";
import { Model } from "../../lib/model/model";
import { fixture } from "./models";

let model: Model;
beforeAll(async () => {
  model = await Model.load(fixture("qwen3").model);
});
afterAll(() => model.dispose());

const options = { maxTokens: 5 };
const tokensOf = (result: PromiseSettledResult<Reply>) =>
  result.status === "fulfilled" ? [...result.value.tokens] : (result.reason as { code: string }).code;

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

test("answers texts, tokens and conversations, in order and as each alone", async () => {
  const prompts = Array.from({ length: 20 }, (_, i) => {
    const text = "ab".repeat(i + 1);
    return [text, model.tokenize(text), [{ role: "user" as const, content: text }]][i % 3]!;
  });
  const results = await all(model.batch(prompts, { ...options, inFlight: 7 }));
  const alone = await Promise.all(
    prompts.map((prompt) =>
      typeof prompt === "string" || "buffer" in prompt ? model.complete(prompt, options) : model.chat(prompt, options),
    ),
  );

  expect(results.map(tokensOf)).toEqual(alone.map(({ tokens }) => [...tokens]));
});

test("one that fails is told of at its place, and the others go on", async () => {
  const tooLong = "x".repeat(5000);
  const results = await all(model.batch(["abc", tooLong, 5 as never, "abc"], options));

  expect(results.map(tokensOf)).toEqual([
    expect.any(Array),
    "ERR_CONTEXT_FULL",
    "ERR_INVALID_ARGUMENT",
    tokensOf(results[0]!),
  ]);
});

test("what is no list of prompts is refused, and a model disposed of ends it", async () => {
  const wrong = (name: string) => ({ code: "ERR_INVALID_ARGUMENT", details: { name } });
  await expect(all(model.batch("abc" as never))).rejects.toMatchObject(wrong("prompts"));
  await expect(all(model.batch([], { inflight: 3 } as never))).rejects.toMatchObject(wrong("inflight"));

  const gone = await Model.load(fixture("qwen3").model);
  const results = gone.batch(["abc", "abd"], { ...options, inFlight: 1 });
  await results.next();
  await gone.dispose();
  await expect(results.next()).rejects.toMatchObject({ code: "ERR_DISPOSED" });
});
