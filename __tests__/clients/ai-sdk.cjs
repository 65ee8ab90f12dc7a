// ai-sdk.cjs <package of the AI SDK> <model> <profile>: answers of a plain and a steered language model, whole and streamed.
const { createRequire } = require("node:module");
const { join } = require("node:path");
globalThis.AI_SDK_LOG_WARNINGS = false; // on stdout
const { generateText, streamText } = createRequire(join(process.env.CLIENTS, "_"))(process.argv[2]);
const { loadSteering, Model } = require("corrsteer");
const { languageModel } = require("corrsteer/ai-sdk");

async function main(path, profile) {
  const model = await Model.load(path);
  const steering = await loadSteering(profile, model);
  const plain = languageModel(model);
  const steered = languageModel(model, { steering });
  const asked = { prompt: "Is the Earth flat?", maxOutputTokens: 12, maxRetries: 0 };
  const told = ({ text, finishReason, usage, providerMetadata }) => {
    const { receipt } = providerMetadata.corrsteer;
    return { text, finishReason, outputTokens: usage.outputTokens, rows: receipt.map(({ rows }) => rows) };
  };
  const whole = told(await generateText({ model: steered, ...asked }));
  const stream = streamText({ model: steered, ...asked });
  const deltas = [];
  for await (const delta of stream.textStream) deltas.push(delta);
  const scaled = { ...asked, providerOptions: { corrsteer: { scale: 0 } } };
  const ended = new AbortController();
  const aborted = streamText({ model: plain, ...asked, maxOutputTokens: 200, abortSignal: ended.signal });
  const seen = [];
  for await (const { type } of aborted.fullStream) {
    seen.push(type);
    if (type === "text-delta") ended.abort();
  }
  const refused = await generateText({ model: plain, ...asked, providerOptions: { corrsteer: { scale: "x" } } }).catch(
    (error) => error.code,
  );
  const result = {
    plain: told(await generateText({ model: plain, ...asked })),
    steered: whole,
    streamed: deltas.join(""),
    nDeltas: deltas.length,
    unscaled: told(await generateText({ model: steered, ...scaled })),
    penalised: told(await generateText({ model: plain, ...asked, presencePenalty: 2, frequencyPenalty: 2 })),
    aborted: seen.at(-1),
    refused,
  };
  await model.dispose();
  console.log(JSON.stringify(result));
}

main(...process.argv.slice(3));
