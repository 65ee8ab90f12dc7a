import { client, describeWith, NEW_NODE } from "../support/clients";
import { saveProfiles } from "../support/profiles";
import { type Running, startServer } from "../support/server";
import { temporaryFolder } from "../support/temporary-folder";
import { loadSteering } from "../../lib/steering/load-steering";
import { join } from "node:path";

// Programs that others wrote, as they come: they know nothing of steering but the model's name, or a field that they pass on.

const folder = temporaryFolder();
const conversation = [{ role: "user", content: "abc" }] as const;

let running: Running;
let plain: string;
let steered: string;
beforeAll(async () => {
  await saveProfiles(folder, ["careful"]);
  running = await startServer({ profiles: folder, apiKey: "sesame", name: "tiny" });
  const steering = (await loadSteering(join(folder, "careful.steer.json"), running.model)).scaled(0.5);
  plain = (await running.model.chat(conversation, { maxTokens: 8 })).text;
  steered = (await running.model.chat(conversation, { maxTokens: 8, steering })).text;
});
afterAll(() => running[Symbol.asyncDispose]());

describe.each([
  ["openai-6", process.execPath],
  ["openai", NEW_NODE],
])("OpenAI's client", (name, node) => {
  describeWith([name], name, () => {
    test("asks, streams, steers, embeds, lists, and knows the errors", async () => {
      const { completions, ...found } = (await client(node, "openai.cjs", name, running.url, "tiny")) as Record<
        string,
        unknown
      >;

      expect(found).toEqual({
        text: plain,
        logprobs: 8,
        streamed: plain,
        final: plain,
        usage: 8,
        steered,
        receipt: [expect.objectContaining({ layer: 1, rows: 8 })],
        extra: steered,
        embeddings: [64, 64],
        models: ["tiny", "tiny@careful"],
        refused: [
          { name: "BadRequestError", status: 400, param: "temperature", code: "integer_above_max_value" },
          { name: "NotFoundError", status: 404, param: "model", code: "model_not_found" },
          { name: "BadRequestError", status: 400, param: "tools", code: "unsupported_parameter" },
          { name: "AuthenticationError", status: 401, param: null, code: "invalid_api_key" },
        ],
      });
      expect(completions).toHaveLength(2);
    });
  });
});

describe.each([
  ["ai-6", "@ai-sdk/openai-compatible-2", process.execPath],
  ["ai", "@ai-sdk/openai-compatible", NEW_NODE],
])("the AI SDK", (name, provider, node) => {
  describeWith([name, provider], name, () => {
    test("asks, streams, steers and embeds by its provider for such servers", async () => {
      expect(await client(node, "ai-sdk-compatible.cjs", name, provider, running.url, "tiny")).toEqual({
        plain,
        finishReason: "length",
        steered,
        extra: steered,
        streamed: steered,
        outputTokens: 8,
        embedding: 64,
        refused: 404,
      });
    });
  });
});

describeWith(["@langchain/openai"], "LangChain", () => {
  test("asks, streams, steers, batches and embeds", async () => {
    expect(await client(NEW_NODE, "langchain.cjs", running.url, "tiny")).toEqual({
      plain,
      outputTokens: 8,
      steered,
      extra: steered,
      streamed: steered,
      batch: [plain, plain],
      completed: expect.any(String),
      embedding: 64,
    });
  });
});
