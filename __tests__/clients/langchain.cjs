// langchain.cjs <URL> <model>: what LangChain's client makes of the server.
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { ChatOpenAI, OpenAI, OpenAIEmbeddings } = createRequire(join(process.env.CLIENTS, "_"))("@langchain/openai");

async function main(url, name) {
  const configuration = { baseURL: `${url}/v1` };
  const asked = { apiKey: "sesame", configuration, temperature: 0, maxTokens: 8, maxRetries: 0 };
  const chat = (model, more = {}) => new ChatOpenAI({ ...asked, model, ...more });
  const plain = await chat(name).invoke("abc");
  const steered = await chat(`${name}@careful:0.5`).invoke("abc");
  const extra = await chat(name, { modelKwargs: { steering: "careful:0.5" } }).invoke("abc");
  let streamed = "";
  for await (const chunk of await chat(`${name}@careful:0.5`).stream("abc")) streamed += chunk.content;
  const batch = await chat(name).batch(["abc", "abc"]);
  const completed = await new OpenAI({ ...asked, model: name }).invoke("abc");
  const [embedding] = await new OpenAIEmbeddings({ ...asked, model: name }).embedDocuments(["abc"]);
  console.log(
    JSON.stringify({
      plain: plain.content,
      outputTokens: plain.usage_metadata.output_tokens,
      steered: steered.content,
      extra: extra.content,
      streamed,
      batch: batch.map(({ content }) => content),
      completed,
      embedding: embedding.length,
    }),
  );
}

main(...process.argv.slice(2));
