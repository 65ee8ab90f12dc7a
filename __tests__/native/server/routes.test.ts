import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readBlocks } from "../../support/markdown";
import { saveProfiles } from "../../support/profiles";
import { errorBody, type Running, send, startServer } from "../../support/server";
import { TINY_SAES } from "../../support/tiny-task";
import { temporaryFolder } from "../../support/temporary-folder";

/** It is of ES modules alone, which Jest does not load. */
const VALIDATOR = join(__dirname, "../../../node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js");
const temporary = temporaryFolder();
const messages = [{ role: "user", content: "abc" }];

let running: Running;
beforeAll(async () => {
  running = await startServer({ name: "tiny" });
});
afterAll(() => running[Symbol.asyncDispose]());

test.each(["content", "prompt"])("makes tokens of %s, and text of them again", async (name) => {
  const text = "abc<|im_end|> é";
  const expected = Array.from(running.model.tokenize(text, { parseSpecial: true }));
  const { body } = await send<{ tokens: number[] }>(running, "/tokenize", { [name]: text });

  expect(body).toMatchObject({ tokens: expected, count: expected.length, max_model_len: expect.any(Number) });
  expect(await send(running, "/detokenize", body)).toMatchObject({ body: { content: text, prompt: text } });
});

test("makes tokens of a conversation, with their texts where asked for", async () => {
  const { body } = await send<{ prompt: string }>(running, "/apply-template", { messages });
  const pieces = await send<{ tokens: { piece: string }[] }>(running, "/tokenize", { messages, with_pieces: true });

  expect(body.prompt).toBe("<|im_start|>user\nabc<|im_end|>\n<|im_start|>assistant\n");
  expect(pieces.body.tokens.map(({ piece }) => piece).join("")).toBe(body.prompt);
});

test("tells what tokenizer and model these are, and no folder", async () => {
  const { nVocab, nLayer, chatTemplate } = running.model.info;

  expect((await send(running, "/tokenizer_info")).body).toMatchObject({
    vocab_size: nVocab,
    eos_token: "<|endoftext|>",
  });
  expect((await send(running, "/props")).body).toMatchObject({
    model_path: "qwen3.gguf",
    model_name: "tiny",
    n_layer: nLayer,
    chat_template: chatTemplate,
  });
});

test("embeds texts as the library does, in numbers and in base64", async () => {
  const input = ["abc", "defg"];
  const expected = await running.model.embed(input, { layer: 2 });
  type Body = { data: { embedding: number[] & string }[]; usage: object }; // eslint-disable-line @typescript-eslint/consistent-type-definitions
  const numbers = await send<Body>(running, "/v1/embeddings", { input, layer: 2 });
  const packed = await send<Body>(running, "/v1/embeddings", { input, layer: 2, encoding_format: "base64" });
  const bytes = Buffer.from(packed.body.data[1]!.embedding, "base64");

  numbers.body.data.forEach(({ embedding }, i) =>
    embedding.forEach((x, j) => expect(x).toBeCloseTo(expected[i]![j]!, 4)),
  );
  expect(bytes.readFloatLE(4)).toBeCloseTo(expected[1]![1]!, 4);
  expect(await send(running, "/v1/embeddings", { input, layer: 9 })).toMatchObject({ status: 400 });
  expect(await send(running, "/v1/embeddings", { input, dimensions: 3 })).toMatchObject({
    status: 400,
    body: errorBody("dimensions", "unsupported_parameter"),
  });
});

test("counts for Prometheus what was answered and decoded", async () => {
  await send(running, "/v1/chat/completions", { messages, max_tokens: 2 });
  await send(running, "/no/such/route");
  const text = await (await fetch(`${running.url}/metrics`)).text();

  expect(text).toMatch(/corrsteer_requests_total\{route="\/v1\/chat\/completions",status="200"\} 1\n/);
  expect(text).toMatch(/corrsteer_requests_total\{route="unknown",status="404"\} 1\n/);
  expect(text).toMatch(/corrsteer_decoded_tokens_total [1-9]/);
  expect(text).toMatch(/corrsteer_requests_under_way 0\n/);
});

test("its OpenAPI document is one, and tells of every route", async () => {
  interface Document {
    openapi: string;
    paths: Record<string, Record<string, { summary?: string; requestBody?: object }>>;
  }
  const { body } = await send<Document>(running, "/openapi.json");
  const file = join(temporary, "openapi.json");
  writeFileSync(file, JSON.stringify(body));
  const { status, stdout } = spawnSync(process.execPath, [VALIDATOR, file], { encoding: "utf8" });

  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('"valid": true') });
  expect(body.openapi).toBe("3.1.0");
  const operations = Object.values(body.paths).flatMap((methods) => Object.values(methods));
  expect(operations.filter(({ summary }) => summary === undefined)).toEqual([]);
  expect(body.paths["/v1/chat/completions"]!["post"]!.requestBody).toBeDefined();
});

describe("docs/server.md", () => {
  const folder = temporaryFolder();
  const page = join(__dirname, "../../../docs/server.md");
  const sections = readFileSync(page, "utf8").split(/^### /m).slice(1);
  const documented = sections.map((section) => /^`(\w+ \S+)`/.exec(section)![1]!);
  let served: Running;
  beforeAll(async () => {
    mkdirSync(join(folder, "profiles"));
    await saveProfiles(join(folder, "profiles"), ["careful", "terse"]);
    served = await startServer({ name: "mine", sae: TINY_SAES, profiles: join(folder, "profiles") });
  });
  afterAll(() => served[Symbol.asyncDispose]());

  test("tells of every route, and of no other", async () => {
    const { body } = await send<{ paths: Record<string, object> }>(served, "/openapi.json");
    const routes = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
    );

    expect([...documented].sort()).toEqual([...routes, "GET /", "GET /openapi.json"].sort());
  });

  test.each(readBlocks(page).filter(({ language }) => language === "sh"))(
    "line $line does what it is there for",
    async ({ text }) => {
      const [, method, path] = /curl (?:-N )?(?:-X (\w+) )?http:\/\/127\.0\.0\.1:8080(\S+)/.exec(text)!;
      const asked = `${method ?? (text.includes(" -d ") ? "POST" : "GET")} ${path}`;
      const script = `curl() { command curl -sS --fail-with-body "$@"; }\n${text.replace("http://127.0.0.1:8080", served.url)}`;
      const { stdout } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { cwd: folder });

      expect(documented.filter((route) => new RegExp(`^${route.replace(/:\w+/, "[^/]+")}$`).test(asked))).toHaveLength(
        1,
      );
      expect(stdout.length).toBeGreaterThan(0);
    },
  );
});
