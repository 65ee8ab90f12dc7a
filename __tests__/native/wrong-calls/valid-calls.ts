import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { program as corrsteer } from "../../fuzz/built";
import { parityTask, TINY_MODEL, TINY_SAES, tinySamples } from "../../support/tiny-task";

/** A call that works, with every option that there is: what is made wrong is one thing in it. */
export interface ValidCall {
  readonly name: string;
  readonly call: (...values: never[]) => unknown;
  readonly values: readonly unknown[];
}

/** What calls are made with. */
export interface World {
  readonly calls: readonly ValidCall[];
  readonly dispose: () => Promise<void>;
}

const prompt = Int32Array.of(5, 6, 7);
const nothing = () => undefined;
const signal = new AbortController().signal;
const engineOptions = { contextTokens: 256, batchTokens: 64, microBatchTokens: 64, maxSequences: 16, threads: 1, kvType: "f16" } as const; // prettier-ignore

/** Every function and public method of the library, on the tiny model and runs in `folder`. */
export async function openWorld(folder: string): Promise<World> {
  const { Model, Sae } = corrsteer;
  const path = (name: string) => join(folder, name);
  const model = await Model.load(TINY_MODEL);
  const engine = await model.createEngine(engineOptions);
  const saes = await corrsteer.findSaes(TINY_SAES);
  const sae = await Sae.load(saes[0]!);
  const samples = tinySamples(24, [" a", " b", " c"]).map((sample) => ({ ...sample, question: sample.prompt }));
  writeFiles(folder);
  const setup = {
    ...({
      model: TINY_MODEL,
      sae: TINY_SAES,
      basis: "sae",
      task: path("odd.mjs"),
      data: "questions-40",
      layers: [0, 1],
    } as const),
    ...({ seed: 42, split: "clean", samples: 12, validationSamples: 4, testSamples: 4, promptStyle: "clean" } as const),
    ...({ chainOfThought: false, fewShot: 0, scorer: "odd", constrained: false, maxTokens: 3, device: "cpu" } as const),
    ...({ threads: 1, contextTokens: 256 } as const),
  } as const;
  const choice = {
    ...({ variants: ["S"], significance: "none", topK: 1, coefficient: "mean", decode: false, candidates: 1 } as const),
    ...({ grid: [1], residualGrid: [0.1], gateGrid: [1], outcome: "score" } as const),
  } as const;
  const controls = { controls: ["repeat"], randomDraws: 1, shuffledDraws: 1, scales: [2] } as const;
  const ranking = {
    ...({ target: "score", reverse: false, score: "pearson", sign: "positive", topK: 2, minSupport: 1 } as const),
    ...({ covariates: [], permutations: 0, bootstrap: 0, seed: 1, threads: 1 } as const),
  } as const;
  const settings = { keep: "sparse", positions: "generated", pooling: "max", steerPooling: "max", convention: "sae", chunkSamples: 8, weightType: "f32" } as const; // prettier-ignore
  const pipeline = { ...setup, ...settings, ...choice, ...controls, rank: ranking, onProgress: nothing, signal };
  const run = path("run");
  const evaluated = await corrsteer.runPipeline({ ...pipeline, directory: run });
  await corrsteer.runPipeline({ ...pipeline, directory: path("other"), seed: 43 });
  const profilePath = join(run, "profiles", "S.steer.json");
  const profile = await corrsteer.loadProfile(profilePath);
  const steering = corrsteer.createSteering([{ layer: 1, vector: new Float32Array(64).fill(0.1) }]);
  const captured = await corrsteer.capture(engine, prompt, { layers: [0] });
  const comparison = await corrsteer.compareRuns([run]);
  const ranked = await corrsteer.rank(run, ranking);
  await corrsteer.saveCapture(path("rows.safetensors"), captured);
  const branch = {
    steering,
    sampling: { temperature: 0.5, topK: 4, topP: 0.9, minP: 0.1, seed: 3 },
    maxTokens: 2,
    stop: ["x"],
    allowedFirstTokens: Int32Array.of(3, 4),
    choiceTokens: Int32Array.of(3, 4),
    forcedTokens: Int32Array.of(3),
    logits: "none",
  } as const;
  const request = { prompt, branches: [branch] };
  const capture = { layers: [0, 1], site: "resid_post", positions: "generated", steering, maxTokens: 2, signal };
  const task = { ...parityTask, maxTokens: 2 };

  const calls: ValidCall[] = [];
  const add = (name: string, call: (...values: never[]) => unknown, ...values: unknown[]) =>
    calls.push({ name, call, values });
  add("Model.load", disposing(Model.load.bind(Model)), TINY_MODEL, { device: "cpu", onProgress: nothing, signal });
  add("model.tokenize", model.tokenize.bind(model), "abc", { addSpecial: true, parseSpecial: true });
  add("model.detokenize", model.detokenize.bind(model), prompt, { special: true });
  add("model.metadata", model.metadata.bind(model));
  add("model.createEngine", disposing(model.createEngine.bind(model)), engineOptions);
  const reply = {
    ...({ steering, maxTokens: 2, stop: ["x"], temperature: 0.5, seed: 3, logProbabilities: 1 } as const),
    signal,
  };
  const both = { ...reply, promptLogProbabilities: 1, reasoning: true };
  const generator = new corrsteer.Generator(engine);
  add("Generator", (of: typeof engine) => new corrsteer.Generator(of), engine);
  add("generator.complete", generator.complete.bind(generator), "abc", { ...both, schema: { type: "boolean" } });
  add("generator.streamComplete", drained(generator.streamComplete.bind(generator)), prompt, both);
  add("generator.fork", generator.fork.bind(generator), "abc", [{}, { steering, seed: 2 }], reply);
  add("generator.streamFork", drained(generator.streamFork.bind(generator)), "abc", [{}, { maxTokens: 1 }], reply);
  add("generator.batch", drained(generator.batch.bind(generator)), ["abc", prompt], { ...both, inFlight: 2 });
  add("generator.embed", generator.embed.bind(generator), ["abc", prompt], { layer: 1, pooling: "max", signal });
  add("generator.embedSparse", generator.embedSparse.bind(generator), ["abc"], { sae, pooling: "last", signal });
  add("model.complete", model.complete.bind(model), "abc", both);
  add("engine.run", engine.run.bind(engine), request, { signal, onTokens: nothing });
  add("engine.runTogether", together(engine.runTogether.bind(engine)), [request], { signal });
  add("engine.stream", drained(engine.stream.bind(engine)), prompt, branch, { signal });
  add("engine.statistics", engine.statistics.bind(engine));
  add("Sae.load", disposing(Sae.load.bind(Sae)), saes[0], { weightType: "f32", device: "cpu", threads: 1, signal });
  add("sae.encode", sae.encode.bind(sae), new Float32Array(128).fill(1));
  add("sae.decoderRows", sae.decoderRows.bind(sae), [0, 1]);
  add("verifySae", corrsteer.verifySae, saes[0], new Float32Array(128).fill(1), { device: "cpu", threads: 1, signal });
  add("convertSae", corrsteer.convertSae, saes[0], path("converted"), { storage: "f32", overwrite: true, signal });
  add("capture", corrsteer.capture, engine, prompt, capture);
  add("capturePrompts", corrsteer.capturePrompts, engine, path("prompts.jsonl"), path("captured"), capture);
  add("readTokenIds", corrsteer.readTokenIds, path("tokens.json"));
  add("saveCapture", corrsteer.saveCapture, path("saved.safetensors"), captured);
  add("collect", inNewFolder(corrsteer.collect, folder), model, saes.slice(0, 2), task, {
    ...({
      directory: path("collected"),
      samples: samples.slice(0, 2),
      keep: "sparse",
      positions: "generated",
    } as const),
    ...({ pooling: "max", steerPooling: "max", convention: "sae", chunkSamples: 2, engine: engineOptions } as const),
    ...({
      sae: { weightType: "f32", device: "cpu", threads: 1, signal },
      saeMemoryBytes: 1e6,
      spoolMemoryBytes: 1e6,
    } as const),
    ...({ environment: { who: "me" }, onProgress: nothing, signal } as const),
  });
  add("splitSamples", corrsteer.splitSamples, samples, { seed: 1, kind: "clean", train: 1, validation: 1, test: 1 });
  add("diagnose", corrsteer.diagnose, { model: TINY_MODEL, signal });
  add("errorCode", corrsteer.errorCode, new Error("x"));
  add("invalidArgument", corrsteer.invalidArgument, "name", "a thing", 1);
  add("outOfRange", corrsteer.outOfRange, "name", "a thing", 1);
  add("evaluate", corrsteer.evaluate, model, task, {
    ...({
      directory: path("run"),
      samples: samples.slice(0, 2),
      profiles: [profile],
      controls: [],
      drawn: [{ role: "random", profile: "S", draw: () => Promise.resolve([]) }],
      scales: [2],
    } as const),
    ...({ constrained: true, repeat: true, instructed: { instruction: "Do.", samples: samples.slice(0, 2) } } as const),
    ...({ neutral: { name: "mine", texts: ["some text here"] }, seed: 1, engine: engineOptions } as const),
    ...({
      about: { questions: evaluated.questions, significance: null, setup: null },
      onProgress: nothing,
      signal,
    } as const),
  });
  add("readEvaluation", corrsteer.readEvaluation, run);
  add("inspect", corrsteer.inspect, TINY_SAES, { signal });
  add("createSteering", corrsteer.createSteering, [{ layer: 1, vector: new Float32Array(64).fill(1) }]);
  add("steering.scaled", steering.scaled.bind(steering), 2);
  add("steering.plus", steering.plus.bind(steering), steering);
  add("steering.onLayers", steering.onLayers.bind(steering), [1]);
  const feature = `${saes[0]!.id}/0`;
  add("steer", corrsteer.steer, feature, 2, saes, { mode: "clamp" });
  add("featureProbe", corrsteer.featureProbe, feature, saes);
  add("watchFeatures", corrsteer.watchFeatures, [feature], saes);
  add("saveSteering", corrsteer.saveSteering, path("hand.steer.json"), steering, model, { name: "mine", signal });
  add("steering.within", steering.within.bind(steering), -1, 4);
  add("steering.fromPrompt", steering.fromPrompt.bind(steering));
  add("steering.during", steering.during.bind(steering), "answer");
  add("steering.when", steering.when.bind(steering), { layer: 1, direction: new Float32Array(64), above: 0 });
  add("runPipeline", inNewFolder(corrsteer.runPipeline, folder), { ...pipeline, directory: path("piped") });
  add("transfer", corrsteer.transfer, [run, path("other")], {
    ...({ variant: "S", out: path("transferred"), onProgress: nothing, signal } as const),
    overrides: { testSamples: 4, device: "cpu", threads: 1, contextTokens: 256 },
  });
  add("readTransfer", corrsteer.readTransfer, path("transferred"));
  add("measureNeutral", corrsteer.measureNeutral, engine, [{ name: "a", steering }], { texts: ["some text"], signal });
  add("readNeutralTexts", corrsteer.readNeutralTexts, path("texts.txt"));
  add("loadSteering", corrsteer.loadSteering, profilePath, model, { onWarning: nothing, signal });
  add("loadProfile", corrsteer.loadProfile, profilePath, undefined);
  add("saveProfile", corrsteer.saveProfile, path("saved.steer.json"), profile);
  add("profileSteering", corrsteer.profileSteering, profile);
  add("rank", corrsteer.rank, [run], { ...ranking, signal });
  add("survives", corrsteer.survives, ranked.layers[0]!.features[0], ranked);
  add("encodeFile", corrsteer.encodeFile, sae, path("rows.safetensors"), "resid_post.0", path("acts.safetensors"));
  add("residualBases", corrsteer.residualBases, { nEmbd: 64, nLayer: 4, name: "tiny" }, [0]);
  add("findSaes", corrsteer.findSaes, [`0=${join(TINY_SAES, "blocks.0.hook_resid_post")}`], { center: false });
  add("resolveKnownSaes", corrsteer.resolveKnownSaes, "gemma-scope-2-270m-it-res", [5]);
  add("exportOfficial", corrsteer.exportOfficial, run);
  add("compareRuns", corrsteer.compareRuns, [run, path("other")], { signal });
  add("writeComparison", corrsteer.writeComparison, path("comparison.html"), comparison);
  add("writeReport", corrsteer.writeReport, run, { figures: ["svg"], signal });
  const features = { texts: [path("texts.txt")], textField: "text", sequenceTokens: 16, tokens: 64 } as const;
  const kept = { contexts: 2, perRange: 1, seed: 1, weightType: "f32", device: "cpu", threads: 1 } as const;
  add("writeFeatures", corrsteer.writeFeatures, model, saes.slice(0, 1), path("features"), {
    ...({ ...features, ...kept, chatShare: 0, onMemory: nothing, onProgress: nothing, signal } as const),
  });
  add("select", corrsteer.select, model, saes.slice(0, 2), task, {
    ...choice,
    ...({
      directory: run,
      samples: samples.slice(0, 2),
      engine: engineOptions,
      seed: 1,
      onProgress: nothing,
      signal,
    } as const),
  });
  add("readSelections", corrsteer.readSelections, run);
  add("configureTask", corrsteer.configureTask, task, { scorer: "parity", constrained: true, maxTokens: 3 });
  add("findTask", corrsteer.findTask, "jsonl");
  const dispose = async () => {
    await sae.dispose();
    await model.dispose();
  };
  return { calls, dispose };
}

function writeFiles(folder: string): void {
  writeFileSync(join(folder, "odd.mjs"), ODD_TASK);
  writeFileSync(join(folder, "prompts.jsonl"), '{"prompt": "abc"}\n');
  writeFileSync(join(folder, "tokens.json"), "[1, 2]");
  writeFileSync(join(folder, "texts.txt"), "some text\n\nother text of some words more\n");
  mkdirSync(join(folder, "transferred"));
}

/** Half of its answers are right, whatever the model says. */
const ODD_TASK = `export default {
  name: "odd", kind: "generation", maxTokens: 2, stop: [], scorer: "odd", pooling: "max",
  async *load() {
    for (let i = 0; i < 40; i++) yield { id: \`q\${i}\`, prompt: \`Question \${i * 7919}?\`, expected: "" };
  },
  score: (completion, { id }) => Number(id.slice(1)) % 2,
};
`;

type Call = (...values: never[]) => unknown;

/** What it makes holds memory. */
function disposing(make: (...values: never[]) => Promise<AsyncDisposable>): Call {
  return async (...values) => {
    await (await make(...values))[Symbol.asyncDispose]();
  };
}

function together(run: (...values: never[]) => Promise<unknown>[]): Call {
  return (...values) => Promise.all(run(...values));
}

function drained(stream: (...values: never[]) => AsyncGenerator): Call {
  return async (...values) => {
    for await (const _chunk of stream(...values));
  };
}

let nFolders = 0;

/** In place of the directory that its options name, so that each call has all its work to do. */
function inNewFolder(call: (...values: never[]) => unknown, folder: string): Call {
  return (...values: unknown[]) => {
    const options = values.at(-1);
    const directory = (options as { directory?: unknown } | null | undefined)?.directory;
    const isGiven = typeof directory === "string" && directory.startsWith(folder);
    const changed = isGiven ? { ...(options as object), directory: join(folder, `new-${nFolders++}`) } : options;
    return call(...([...values.slice(0, -1), changed] as never[]));
  };
}
