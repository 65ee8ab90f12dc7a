// ai-sdk-compatible.cjs <package of the AI SDK> <its provider> <URL> <model>: what the AI SDK makes of the server.
const { createRequire } = require("node:module");
const { join } = require("node:path");
globalThis.AI_SDK_LOG_WARNINGS = false; // on stdout
const load = createRequire(join(process.env.CLIENTS, "_"));
const { generateText, streamText, embed } = load(process.argv[2]);
const { createOpenAICompatible } = load(process.argv[3]);

async function main(url, name) {
  const provider = createOpenAICompatible({
    name: "corrsteer",
    baseURL: `${url}/v1`,
    apiKey: "sesame",
    includeUsage: true,
  });
  const asked = { prompt: "abc", maxOutputTokens: 8, temperature: 0, maxRetries: 0 };
  const plain = await generateText({ model: provider(name), ...asked });
  const steered = await generateText({ model: provider(`${name}@careful:0.5`), ...asked });
  const providerOptions = { corrsteer: { steering: { profile: "careful", scale: 0.5 } } };
  const extra = await generateText({ model: provider(name), ...asked, providerOptions });
  const stream = streamText({ model: provider(`${name}@careful:0.5`), ...asked });
  let streamed = "";
  for await (const delta of stream.textStream) streamed += delta;
  const { embedding } = await embed({
    model: (provider.embeddingModel ?? provider.textEmbeddingModel)(name),
    value: "abc",
  });
  const refused = await generateText({ model: provider("gpt-9"), ...asked }).catch((error) => error.statusCode);
  const { outputTokens } = await stream.usage;
  console.log(
    JSON.stringify({
      plain: plain.text,
      finishReason: plain.finishReason,
      steered: steered.text,
      extra: extra.text,
      streamed,
      outputTokens,
      embedding: embedding.length,
      refused,
    }),
  );
}

main(...process.argv.slice(4));
