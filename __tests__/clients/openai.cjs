// openai.cjs <package> <URL> <model>: what OpenAI's own client makes of the server.
const { createRequire } = require("node:module");
const { join } = require("node:path");
const OpenAI = createRequire(join(process.env.CLIENTS, "_"))(process.argv[2]);

async function main(baseURL, model) {
  const client = new OpenAI({ baseURL: `${baseURL}/v1`, apiKey: "sesame", maxRetries: 0 });
  const messages = [{ role: "user", content: "abc" }];
  const asked = { model, messages, temperature: 0, max_completion_tokens: 8 };
  const whole = await client.chat.completions.create({ ...asked, logprobs: true, top_logprobs: 2 });
  const stream = client.chat.completions.stream({ ...asked, stream_options: { include_usage: true } });
  const deltas = [];
  stream.on("content", (delta) => deltas.push(delta));
  const final = await stream.finalChatCompletion();
  const steered = await client.chat.completions.create({ ...asked, model: `${model}@careful:0.5` });
  const extra = await client.chat.completions.create({ ...asked, steering: { profile: "careful", scale: 0.5 } });
  const completion = await client.completions.create({
    model,
    prompt: ["abc", "d"],
    max_tokens: 4,
    temperature: 0,
    logprobs: 1,
  });
  const embedded = await client.embeddings.create({ model, input: ["abc", "d"] }); // asks for base64 by itself
  const models = [];
  for await (const { id } of client.models.list()) models.push(id);
  const refused = async (body, key = "sesame") => {
    const { status, param, code, constructor } = await new OpenAI({
      baseURL: `${baseURL}/v1`,
      apiKey: key,
      maxRetries: 0,
    }).chat.completions
      .create({ ...asked, ...body })
      .catch((error) => error);
    return { name: constructor.name, status, param, code };
  };
  const endless = await client.chat.completions.create({ ...asked, max_completion_tokens: 4000, stream: true });
  await endless[Symbol.asyncIterator]().next();
  endless.controller.abort();
  console.log(
    JSON.stringify({
      text: whole.choices[0].message.content,
      logprobs: whole.choices[0].logprobs.content.length,
      streamed: deltas.join(""),
      final: final.choices[0].message.content,
      usage: final.usage.completion_tokens,
      steered: steered.choices[0].message.content,
      receipt: steered.choices[0].receipt,
      extra: extra.choices[0].message.content,
      completions: completion.choices.map(({ text }) => text),
      embeddings: embedded.data.map(({ embedding }) => embedding.length),
      models,
      refused: [
        await refused({ temperature: 9 }),
        await refused({ model: "gpt-9" }),
        await refused({ tools: [{ type: "function", function: { name: "f" } }] }),
        await refused({}, "wrong"),
      ],
    }),
  );
}

main(...process.argv.slice(3));
