import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askQuestion, toAnswer } from "../../lib/ask/answer";
import { answerOf, forksOf } from "../../lib/ask/forks";
import type { Sample } from "../../lib/data/sample";
import { modelIdentity } from "../../lib/model/identity";
import { Model } from "../../lib/model/model";
import { loadAddon } from "../../lib/native/load";
import { createServer, type Server } from "../../lib/server/create-server";
import { loadSteering } from "../../lib/steering/load-steering";
import { saveProfile } from "../../lib/steering/profile";
import type { Steering } from "../../lib/steering/steering";
import { arc } from "../../lib/tasks/arc";
import { configureTask } from "../../lib/tasks/configure";
import { randomVector } from "../native/models";
import { temporaryFolder } from "../support/temporary-folder";

// lm-evaluation-harness itself, as `node scripts/lm-eval.mjs` installs it, asks the server what the model's answers are worth,
// and `continuation` scoring asks the engine: of the same questions both have to find the same.

const root = join(__dirname, "..", "..");
const lmEval = join(root, "build", "lm-eval", "bin", "lm_eval");
const shared = join(root, "..", "shared");
const smollm2 = join(shared, "models/smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf");
const missing = [smollm2, join(shared, "data/arc"), lmEval].filter((path) => !existsSync(path));
if (missing.length > 0) console.warn(`lm-evaluation-harness is not tried: ${missing.join(", ")} not there`);

const N = 40;
const RULE = 'after="Answer:"';
const LAYER = 15;
/** Of the profile's random vector. */
const STRENGTH = 3;

jest.setTimeout(1_800_000);

const folder = temporaryFolder();

(missing.length === 0 ? describe : describe.skip)(`${N} questions of ARC-Easy`, () => {
  let model: Model;
  let server: Server;
  let url: string;
  let samples: Sample[];
  let steering: Steering;
  beforeAll(async () => {
    const float32 = join(folder, "f32.gguf"); // quantised weights round rows by what they are computed beside
    await loadAddon().dequantizeModel(smollm2, float32);
    model = await Model.load(float32);
    await saveProfile(join(folder, "noise.steer.json"), {
      ...{
        format: "corrsteer-steering-profile",
        version: 2,
        name: "noise",
        model: await modelIdentity(model),
        saes: [],
      },
      ...{ convention: "sae", features: [], task: "none", n: 2, versions: { corrsteer: "0.0.0", llamaCpp: "0.0.0" } },
      vectors: {
        nEmbd: model.info.nEmbd,
        layers: Int32Array.of(LAYER),
        rows: randomVector(1, STRENGTH, model.info.nEmbd),
      },
    });
    steering = await loadSteering(join(folder, "noise.steer.json"), model);
    samples = await questions();
    writeTask(samples);
    server = await createServer(model, { port: 0, name: "smollm2", profiles: folder });
    url = await server.listen();
  });
  afterAll(async () => {
    await server.close(0);
    await model.dispose();
  });

  test.each([
    ["plain", "smollm2", false],
    ["steered", `smollm2@noise,${RULE}`, true],
  ])("score the same %s", async (name, id, isSteered) => {
    const [theirs, ours] = [await harness(id, name), await own(isSteered ? steering : undefined)];
    console.log(`${name}: acc ${theirs.acc}, acc_norm ${theirs.accNorm}; continuation ${ours.acc}, ${ours.accNorm}`);

    theirs.logLikelihoods.forEach((ofOptions, i) =>
      ofOptions.forEach((value, option) => expect(value).toBeCloseTo(ours.logLikelihoods[i]![option]!, 2)),
    );
    expect([theirs.acc, theirs.accNorm]).toEqual([ours.acc, ours.accNorm]);
  });

  test("steering makes a difference", async () => {
    const [plain, steered] = [await own(undefined), await own(steering)];
    const moved = plain.logLikelihoods
      .flat()
      .filter((value, i) => Math.abs(value - steered.logLikelihoods.flat()[i]!) > 0.1);

    expect(moved.length).toBeGreaterThan(N);
  });

  /** What the harness finds of a model of the server. */
  async function harness(id: string, name: string) {
    const out = join(folder, name);
    const args = {
      model: id,
      base_url: `${url}/v1/completions`,
      tokenizer_backend: "remote",
      num_concurrent: 4,
    };
    const child = spawn(
      lmEval,
      ["run", "--model", "local-completions", "--model_args", JSON.stringify(args), "--tasks", "easy", "--include_path", folder, "--batch_size", "4", "--output_path", out, "--log_samples"], // prettier-ignore
      { env: { ...process.env, HF_HUB_OFFLINE: "1", HF_DATASETS_OFFLINE: "1" }, stdio: ["ignore", "pipe", "pipe"] },
    );
    let told = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (told += text));
    const [code] = (await once(child, "close")) as [number];
    if (code !== 0) throw new Error(told.slice(-4000));
    const [run] = readdirSync(out);
    const file = (start: string) =>
      join(
        out,
        run!,
        readdirSync(join(out, run!)).find((each) => each.startsWith(start))!,
      );
    interface Results { results: { easy: Record<string, number> } } // prettier-ignore
    interface Logged { doc_id: number; filtered_resps: [number | string, unknown][] } // prettier-ignore
    const { results } = JSON.parse(readFileSync(file("results"), "utf8")) as Results;
    const lines = readFileSync(file("samples"), "utf8").trim().split("\n");
    const logged = lines.map((line) => JSON.parse(line) as Logged).sort((a, b) => a.doc_id - b.doc_id);
    return {
      acc: results.easy["acc,none"],
      accNorm: results.easy["acc_norm,none"],
      logLikelihoods: logged.map(({ filtered_resps }) => filtered_resps.map(([value]) => Number(value))),
    };
  }

  /** The same by the engine. */
  async function own(steered: Steering | undefined) {
    const tasks = ["continuation", "continuation-normalised"].map((scorer) => configureTask(arc, { scorer }));
    const right = [0, 0];
    const logLikelihoods: number[][] = [];
    await using engine = await model.createEngine();
    for (const sample of samples) {
      const asked = tasks.map((task) => askQuestion(model, task, sample));
      const [{ prompt }] = asked as [(typeof asked)[number]];
      const branches = forksOf(steered ? { steering: steered } : {}, asked[0]!, 0, tasks[0]!);
      const result = await engine.run({ prompt, branches });
      for (const [t, { scorers }] of tasks.entries()) {
        const found = answerOf(asked[t]!, result.branches).result;
        if (t === 0) logLikelihoods.push([...found.choiceLogProbabilities]);
        const score = await scorers[0].score(toAnswer(asked[t]!, found), asked[t]!.sample);
        right[t]! += typeof score === "number" ? score : score.score;
      }
    }
    return { acc: right[0]! / N, accNorm: right[1]! / N, logLikelihoods };
  }
});

async function questions(): Promise<Sample[]> {
  const found: Sample[] = [];
  const prompting = { style: "clean", chainOfThought: false, optionsLeftOut: true } as const;
  for await (const sample of arc.load(join(shared, "data"), prompting)) {
    if (sample.group === "easy" && sample.split === "test" && found.length < N) found.push(sample);
  }
  return found;
}

/** The harness's task of the same questions: a YAML file and a JSONL file, no network. */
function writeTask(samples: readonly Sample[]): void {
  mkdirSync(folder, { recursive: true });
  const rows = samples.map(({ prompt, choices, expected }) => ({
    query: prompt,
    choices: choices!.map((choice) => choice.trim()),
    gold: choices!.findIndex((choice) => choice.trim() === expected.trim()),
  }));
  writeFileSync(join(folder, "easy.jsonl"), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  writeFileSync(
    join(folder, "easy.yaml"),
    `task: easy
dataset_path: json
dataset_kwargs:
  data_files: { test: ${JSON.stringify(join(folder, "easy.jsonl"))} }
output_type: multiple_choice
test_split: test
doc_to_text: "{{query}}"
doc_to_target: gold
doc_to_choice: choices
metric_list:
  - { metric: acc, aggregation: mean, higher_is_better: true }
  - { metric: acc_norm, aggregation: mean, higher_is_better: true }
`,
  );
}
