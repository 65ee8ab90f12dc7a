import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { readData, writeData } from "../../../lib/features/data-file";
import { FEATURES_FILE, type FeaturesManifest } from "../../../lib/features/folder";
import type { Context, FeatureData, LabelsData, TextData } from "../../../lib/features/format";
import { ask } from "../../../lib/features/label/endpoint";
import { labelFeatures } from "../../../lib/features/label/label";
import { detectionPrompt, readDetections, readLabel } from "../../../lib/features/label/prompts";
import { writeJson } from "../../../lib/files/json";
import { binomialTail } from "../../../lib/statistics/binomial";
import { temporaryFolder } from "../../support/temporary-folder";

const KEY = "sk-secret-4711";
const PATIENCE = { attempts: 3, firstWaitMs: 1, longestWaitMs: 50 };

interface Request {
  readonly path: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: { readonly model: string; readonly messages: readonly [{ readonly content: string }] };
}

/** What a server answers, request by request. */
type Script = (prompt: string, n: number) => { status?: number; headers?: Record<string, string>; body: unknown };

let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server?.listening ? server.close(resolve) : resolve(undefined))));

async function serving(script: Script): Promise<{ url: string; requests: Request[] }> {
  const requests: Request[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = JSON.parse(Buffer.concat(parts).toString("utf8")) as Request["body"];
    requests.push({ path: request.url, headers: request.headers, body });
    const { status = 200, headers = {}, body: said } = script(body.messages[0].content, requests.length);
    response.writeHead(status, { "content-type": "application/json", connection: "close", ...headers });
    response.end(typeof said === "string" ? said : JSON.stringify(said));
  };
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}

const said = (content: string | null) => ({ body: { choices: [{ message: { role: "assistant", content } }] } });

describe("the endpoint", () => {
  const endpoint = (url: string) => ({ url, model: "namer", key: KEY, patience: PATIENCE });

  test("is asked as OpenAI's API says, with the key as its bearer token", async () => {
    const { url, requests } = await serving(() => said("numbers"));

    expect(await ask(endpoint(`${url}/`), "what?", 40, undefined)).toBe("numbers");
    expect(requests[0]).toMatchObject({ path: "/v1/chat/completions", headers: { authorization: `Bearer ${KEY}` } });
    expect(requests[0]!.body).toEqual({
      ...{ model: "namer", messages: [{ role: "user", content: "what?" }], temperature: 0, max_tokens: 40 },
    });
  });

  test("is asked again after what may pass, and not after what will not", async () => {
    const busy = { status: 429, headers: { "retry-after": "0" }, body: { error: { message: "busy" } } };
    const { url, requests } = await serving((_, n) => (n < 3 ? busy : said("numbers")));
    expect(await ask(endpoint(url), "what?", 40, undefined)).toBe("numbers");
    expect(requests.length).toBe(3);
  });

  test.each([
    [
      "a refusal that repeats the key",
      { status: 401, body: { error: { message: `no key ${KEY}` } } },
      "401, no key ***",
    ],
    ["a page of a proxy", { status: 502, body: "<html>" }, "502"],
    ["what is no chat completion", { body: { choices: [] } }, "no chat completion"],
  ])("an error tells of %s, and never the key", async (_, answer, words) => {
    const { url } = await serving(() => answer);
    const error = (await ask(endpoint(url), "what?", 40, undefined).catch((thrown: unknown) => thrown)) as Error;

    expect(error).toMatchObject({ code: "ERR_DOWNLOAD", message: expect.stringContaining(words) as string });
    expect(JSON.stringify([error, error.message, error.stack])).not.toContain(KEY);
  });

  test("an endpoint where nobody listens is an error, and an abort its reason", async () => {
    const gone = await serving(() => said(""));
    await new Promise((resolve) => server!.close(resolve));
    await expect(ask(endpoint(gone.url), "what?", 4, undefined)).rejects.toMatchObject({ code: "ERR_DOWNLOAD" });
    await expect(ask(endpoint(gone.url), "what?", 4, AbortSignal.abort("enough"))).rejects.toBe("enough");
  });
});

test.each([
  ["A year in the 19th century", "A year in the 19th century"],
  ['"ordinal numbers."', "ordinal numbers"],
  ["<think>hm, numbers?</think>\n\n1. **Label:** years", "years"],
  ["Label: closing brackets\nbecause they close", "closing brackets"],
  ["\n- names of rivers", "names of rivers"],
  ["…", ""],
  ["x".repeat(500), "x".repeat(120)],
])("reads the label of %j", (answer, label) => {
  expect(readLabel(answer)).toBe(label);
});

test.each([
  ["[1, 0, 1]", [true, false, true]],
  ["The list [0,0,0] is wrong; it is [0,1,0].", [false, true, false]],
  ["[1, 0]", undefined],
  ["[1, 2, 0]", undefined],
  ["1 0 1", undefined],
])("reads of three contexts %j", (answer, detections) => {
  expect(readDetections(answer, 3)).toEqual(detections);
});

test("the tail of guesses is that of every outcome counted", () => {
  for (let k = 0; k <= 10; k++) {
    let n = 0;
    for (let outcome = 0; outcome < 2 ** 10; outcome++) if (outcome.toString(2).replaceAll("0", "").length >= k) n++;
    const { above, at } = binomialTail(k, 10);
    expect(above + at).toBeCloseTo(n / 2 ** 10, 12);
  }
});

describe("labels", () => {
  const folder = temporaryFolder();
  const NUMBER_AT = 5;

  /** A text of 80 sequences of 40 tokens: even ones have a number, on which feature 3 is active; all others are words. */
  beforeAll(async () => {
    const tokens = Array.from({ length: 3200 }, (_, i) => (i % 80 === NUMBER_AT ? " 4711" : ` word${i % 40}`));
    const begins = Array.from({ length: 80 }, (_, i) => 40 * i);
    const active = begins.filter((_, i) => i % 2 === 0).map((begin) => begin + NUMBER_AT);
    const context = (position: number): Context => [position, 2, 2, [0, 255]];
    const data: FeatureData = {
      ...{ active: 40, meanActivation: 2, promoted: [["five", 1]], suppressed: [], nearest: [], together: [] },
      ...{ top: active.slice(0, 20).map(context), ranges: [[], [], [], [], []], heldOut: active.slice(20) },
      probes: [0, 0],
    };
    const silent: FeatureData = { ...data, active: 0, top: [], heldOut: [] };
    await writeData(folder, "text/0", { first: 0, tokens, begins } satisfies TextData);
    await writeData(folder, "sae/0/0", [silent, data, data, data]);
    await writeData(folder, "labels", { "2": { "1": { label: "old", model: "m", right: 9, n: 10, p: 0.01 } } });
    const manifest: FeaturesManifest = {
      ...{
        format: 1,
        texts: ["t"],
        tokens: 3200,
        rows: 3120,
        before: 24,
        after: 7,
        featuresAFile: 64,
        tokensAFile: 8192,
      },
      model: { name: "m", architecture: "llama", nEmbd: 4, nLayer: 3, sha256: "0".repeat(64) },
      probes: begins.filter((_, i) => i % 2 === 1).map((begin) => begin + 4),
      saes: [
        { id: "blocks.2.hook_resid_post", name: "2", layer: 2, site: "resid_post", dModel: 4, dSae: 4, encoder: {} },
      ],
    };
    await writeJson(join(folder, FEATURES_FILE), manifest);
  });

  /** Answers a naming with `label`, and a detection by whether a context has the number, or as `judge` says. */
  const namer =
    (label: string, judge = (context: string) => context.includes("4711")): Script =>
    (prompt) => {
      const contexts = [...prompt.matchAll(/^Text \d+: (.*)$/gm)].map(([, context]) => context!);
      return said(contexts.length === 0 ? label : `[${contexts.map((context) => Number(judge(context))).join(", ")}]`);
    };
  const label = (url: string, features: string[]) => {
    process.env["NAMER_KEY"] = KEY;
    return labelFeatures(folder, { endpoint: url, modelName: "namer", keyVariable: "NAMER_KEY", features });
  };

  test("are asked for with the active tokens marked, scored on contexts held out, and kept beside those there were", async () => {
    const { url, requests } = await serving(namer("the number 4711"));

    const labelled = await label(url, ["2:3"]);

    expect(labelled).toEqual([{ name: "2:3", label: "the number 4711", right: 40, n: 40, p: 2 ** -40, isShown: true }]);
    const [naming, ...detections] = requests.map(({ body }) => body.messages[0].content);
    expect(naming).toContain("<< 4711>>");
    expect(naming).toContain("five");
    expect(detections.length).toBe(8);
    expect(detections.join("\n")).not.toContain("<<");
    const judged = detections.flatMap((prompt) => [...prompt.matchAll(/^Text \d+: .*$/gm)]);
    expect(judged.filter(([text]) => text.includes("4711")).length).toBe(20);
    const kept = await readData<LabelsData>(folder, "labels");
    expect(kept["2"]).toMatchObject({ 1: { label: "old" }, 3: { label: "the number 4711", model: "namer", right: 40, n: 40 } }); // prettier-ignore
  });

  test.each([
    ["says yes to all", () => true],
    ["is right as often as not", (context: string) => context.length % 2 === 0],
  ])("of a model that %s are no better than chance, and not shown; an older one goes", async (_, judge) => {
    await writeData(folder, "labels", { "2": { "1": { label: "old", model: "m", right: 9, n: 10, p: 0.01 } } });
    const { url } = await serving(namer("everything", judge));

    const [labelled] = await label(url, ["blocks.2.hook_resid_post:1"]);

    expect(labelled).toMatchObject({ name: "2:1", label: "everything", n: 40, isShown: false });
    expect(await readData(folder, "labels")).toEqual({ "2": {} });
  });

  test("a feature that is active nowhere is not asked about, and answers that cannot be read are wrong", async () => {
    const { url, requests } = await serving((prompt) => said(prompt.includes("Text 1:") ? "I think so" : "numbers"));

    const labelled = await label(url, ["2:0", "2:2"]);

    expect(labelled[0]).toMatchObject({ label: undefined, n: 0, isShown: false });
    expect(labelled[1]).toMatchObject({
      label: "numbers",
      right: 0,
      n: 40,
      p: expect.closeTo(1) as number,
      isShown: false,
    });
    expect(requests.length).toBe(9);
  });

  test("are asked of features that there are", async () => {
    await expect(label("http://127.0.0.1:9/v1", ["2:4"])).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    const options = { endpoint: "http://127.0.0.1:9/v1", modelName: "m", layers: [1] };
    await expect(labelFeatures(folder, options)).rejects.toMatchObject({ code: "ERR_OUT_OF_RANGE" });
  });
});

test("a prompt of detection has the label, each text, and a form for the answer", () => {
  expect(detectionPrompt("years", ["in 1899", "no"])).toMatch(
    /years[^]*2 texts[^]*Text 1: in 1899\nText 2: no[^]*\[0, 1\]/,
  );
});
