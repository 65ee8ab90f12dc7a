import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeModel } from "../../bench/random-files/model";
import { RandomNumbers } from "../../bench/random-files/numbers";
import { THRESHOLD } from "../../bench/random-files/sae-size";
import type { Shape } from "../../bench/random-files/shapes";
import { writeSafetensors, type Tensor } from "../../lib/files/safetensors";
import { resolveKnownSaes } from "../../lib/sae/catalogue/resolve";
import { arc } from "../../lib/tasks/arc";
import { MAIN, startProgram } from "../support/corrsteer";
import { elementsOf, parse } from "../support/gguf-layout";
import { repositoryOf, serveHub, type HubServer } from "../support/hub-server";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const root = join(__dirname, "..", "..");
/** As README has it. */
const LINE = /^npx corrsteer (run --model hf:.+)$/m.exec(readFileSync(join(root, "README.md"), "utf8"))![1]!.split(" ");
const optionOf = (name: string) => LINE[LINE.indexOf(name) + 1]!;
const [, REPOSITORY, QUANTISATION] = /^hf:(.+):(.+)$/.exec(optionOf("--model"))!;
const SAES = resolveKnownSaes(optionOf("--sae"))!;

/** Layers and heads of Gemma 3 270m, a tenth of its widths. */
const SHAPE: Shape = {
  ...{ architecture: "gemma3", nLayer: 18, nEmbd: 64, nHead: 4, nHeadKv: 1, headSize: 32 },
  ...{ nFf: 256, nVocab: 2048, contextTokens: 512 },
};
const D_SAE = 128;

let hub: HubServer;

beforeAll(async () => {
  const { repository, revision } = arc.published!;
  hub = await serveHub({
    [REPOSITORY!]: { files: { [`gemma-3-270m-it-${QUANTISATION}.gguf`]: model() } },
    [SAES.repo]: { files: await saes() },
    [`datasets/${repository}`]: { ...repositoryOf(join(__dirname, "../fixtures/arc-questions")), commit: revision },
  });
});
afterAll(() => hub.close());

/** With random weights, but that it answers with letters: they are what it is surest of, one way or the other. */
function model(): Buffer {
  const path = join(folder, "model.gguf");
  writeModel(path, SHAPE, "q8_0", new RandomNumbers("model"));
  const bytes = readFileSync(path);
  const { entries, tensors } = parse(bytes);
  const tokens = elementsOf(entries.find(({ key }) => key === "tokenizer.ggml.tokens")!.value).elements;
  const { data } = tensors.find(({ name }) => name === "token_embd.weight")!;
  const rowBytes = (SHAPE.nEmbd / 32) * 34;
  tokens.forEach((token, i) => {
    if (!/^\u2581?[ABCD]$/.test(token.toString("utf8", 8))) return;
    for (let at = i * rowBytes; at < (i + 1) * rowBytes; at += 34)
      data.writeUInt16LE(data.readUInt16LE(at) + (6 << 10), at); // scales, 64 times as large
  });
  return bytes;
}

/** As Google DeepMind lays them out. */
async function saes(): Promise<Record<string, Buffer>> {
  const files: Record<string, Buffer> = {};
  for (const { layer, files: paths } of SAES.saes) {
    const random = new RandomNumbers(`SAE of layer ${layer}`);
    const matrix = (name: string, ...shape: [number, number]): Tensor => {
      const data = [...random.floats(shape[0] * shape[1], 1 / Math.sqrt(SHAPE.nEmbd))];
      return { name, dtype: "F32", shape, data: data[0]! };
    };
    const vector = (name: string, length: number, value: number): Tensor => {
      return { name, dtype: "F32", shape: [length], data: new Float32Array(length).fill(value) };
    };
    const path = join(folder, "params.safetensors");
    await writeSafetensors(path, [
      ...[vector("b_dec", SHAPE.nEmbd, 0), vector("b_enc", D_SAE, 0), vector("threshold", D_SAE, THRESHOLD / 2)],
      ...[matrix("w_dec", D_SAE, SHAPE.nEmbd), matrix("w_enc", SHAPE.nEmbd, D_SAE)],
    ]);
    const hook = `model.layers.${layer}.output`;
    const config = { hf_hook_point_in: hook, hf_hook_point_out: hook, architecture: "jump_relu", type: "sae" };
    for (const file of paths) {
      files[file] = file.endsWith(".json") ? Buffer.from(JSON.stringify(config)) : readFileSync(path);
    }
  }
  return files;
}

it("README's first command for a real model says what it takes, and ends with a report", async () => {
  const none = { HF_TOKEN: "", HF_HUB_CACHE: "", HF_HUB_OFFLINE: "", HF_TOKEN_PATH: "" };
  const environment = { ...none, HF_HOME: join(folder, "home"), HF_ENDPOINT: hub.url };
  const { code, stdout, stderr } = await startProgram(process.execPath, [MAIN, ...LINE], environment, folder).ended;
  expect({ code, stderr: stderr.split("\n") }).toEqual({
    code: 0,
    stderr: expect.arrayContaining([
      expect.stringMatching(/^Takes a download of \d+\.\d MB\.$/),
      expect.stringMatching(/^Takes about \d+\.\d MB of memory \(model .+, cache .+, SAEs .+\); .+ are free\.$/),
      expect.stringMatching(/^Downloading /),
    ]) as string[],
  });
  expect(stderr.indexOf("Takes about")).toBeLessThan(stderr.indexOf("Downloading"));
  const [, report] = /^Report: (.+)$/m.exec(stdout)!;
  expect(existsSync(join(folder, report!))).toBe(true);
}, 240_000);
