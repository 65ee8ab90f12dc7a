// ai-sdk.cjs <package of the AI SDK> <model> <profile>: answers of a plain and a steered language model, whole and streamed.
const { createRequire } = require("node:module");
const { join } = require("node:path");
globalThis.AI_SDK_LOG_WARNINGS = false; // on stdout
const ofClients = createRequire(join(process.env.CLIENTS, "_"));
const { generateObject, generateText, Output, streamText } = ofClients(process.argv[2]);
const { z } = ofClients("zod");
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
  const schema = z.object({ flat: z.boolean(), code: z.string().regex(/^[A-F]{3}$/) });
  const formed = { ...asked, maxOutputTokens: 200 };
  const { object } = await generateObject({ model: steered, schema, ...formed });
  const outputStream = streamText({ model: steered, output: Output.object({ schema }), ...formed });
  const unheld = z.object({ none: z.string().regex(/(?=a)/) });
  const unknown = await generateObject({ model: plain, schema: unheld, ...formed }).catch((error) => error.code);
  const result = {
    plain: told(await generateText({ model: plain, ...asked })),
    steered: whole,
    streamed: deltas.join(""),
    nDeltas: deltas.length,
    unscaled: told(await generateText({ model: steered, ...scaled })),
    penalised: told(await generateText({ model: plain, ...asked, presencePenalty: 2, frequencyPenalty: 2 })),
    aborted: seen.at(-1),
    refused,
    object,
    streamedObject: await outputStream.output,
    unknown,
  };
  await model.dispose();
  console.log(JSON.stringify(result));
}

main(...process.argv.slice(3));
