import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { ChatAnswer } from "../../../lib/server/schemas/chat-answer";
import { saveFeatureProfile, saveProfiles } from "../../support/profiles";
import { errorBody, type Running, send, startServer } from "../../support/server";
import { TINY_SAES } from "../../support/tiny-task";
import { temporaryFolder } from "../../support/temporary-folder";

const PROFILES = "/v1/steering/profiles";
const root = temporaryFolder();
const folder = join(root, "profiles");
const elsewhere = join(root, "elsewhere");

let running: Running;
beforeAll(async () => {
  mkdirSync(folder);
  mkdirSync(elsewhere);
  await saveProfiles(folder, ["careful"]);
  await saveProfiles(elsewhere, ["terse", "other"]);
  running = await startServer({ profiles: folder, sae: TINY_SAES });
});
afterAll(() => running[Symbol.asyncDispose]());

/** What a client uploads of a profile that lies elsewhere. */
function upload(name: string) {
  const profile = JSON.parse(readFileSync(join(elsewhere, `${name}.steer.json`), "utf8")) as Record<string, object>;
  return { profile, vectors: readFileSync(join(elsewhere, `${name}.safetensors`)).toString("base64") };
}
const put = (name: string, body: object) => send(running, `${PROFILES}/${name}`, body, { method: "PUT" });
const chat = (model: string) =>
  send(running, "/v1/chat/completions", { model, messages: [{ role: "user", content: "a" }], max_tokens: 1 });

test("takes a profile in, lists it, steers by it, and removes it", async () => {
  const added = await put("terse", upload("terse"));
  const listed = await send<{ data: { name: string }[] }>(running, PROFILES);
  const steered = await chat("qwen3@terse");
  const removed = await send(running, `${PROFILES}/terse`, undefined, { method: "DELETE" });

  expect(added).toMatchObject({
    status: 200,
    body: { name: "terse", model: "qwen3@terse", warning: null, layers: [1] },
  });
  expect(listed.body.data.map(({ name }) => name)).toEqual(["careful", "terse"]);
  expect(steered.status).toBe(200);
  expect(removed).toMatchObject({ status: 200, body: { deleted: true } });
  expect((await chat("qwen3@terse")).status).toBe(404);
  expect(readdirSync(folder)).toEqual(["careful.safetensors", "careful.steer.json"]);
});

test("says what a request calls each feature of a profile, which then does the same by themselves", async () => {
  await saveFeatureProfile(folder, "parted", { 3: 30, 5: -20 });
  const { body } = await send<{ features: { name: string; coefficient: number }[] }>(running, `${PROFILES}/parted`);
  const features = body.features.map(({ name: feature, coefficient }) => ({ feature, coefficient }));
  const texts = [];
  for (const steering of [{ profile: "parted" }, { features }, null]) {
    const request = { messages: [{ role: "user", content: "a" }], temperature: 0, max_tokens: 8, steering };
    texts.push((await send<ChatAnswer>(running, "/v1/chat/completions", request)).body.choices[0]!.message.content);
  }
  const other = await send<{ features: object[] }>(running, `${PROFILES}/careful`);
  await send(running, `${PROFILES}/parted`, undefined, { method: "DELETE" });

  expect(features).toEqual([
    { feature: "blocks.1.hook_resid_post/3", coefficient: 30 },
    { feature: "blocks.1.hook_resid_post/5", coefficient: -20 },
  ]);
  expect(texts[1]).toBe(texts[0]);
  expect(texts[2]).not.toBe(texts[0]);
  expect(other.body.features).toEqual([expect.objectContaining({ name: null })]); // of an SAE that is not there
});

test("what is put in the folder by others counts at once, and what is damaged is listed with why", async () => {
  await saveProfiles(folder, ["bold"]);
  expect((await chat("qwen3@bold")).status).toBe(200);
  writeFileSync(join(folder, "bold.steer.json"), "{");
  const broken = await chat("qwen3@bold");
  const listed = await send<{ data: object[] }>(running, PROFILES);
  await send(running, `${PROFILES}/bold`, undefined, { method: "DELETE" });

  expect(broken).toMatchObject({ status: 400, body: errorBody(null, "invalid_profile") });
  expect(JSON.stringify(broken.body)).not.toContain(root); // where files lie is nobody's affair
  expect(listed.body.data[0]).toMatchObject({ name: "bold", problem: expect.stringContaining("bold.steer.json") });
});

/** A safetensors file of this header, in base64. */
function safetensors(header: string, data = Buffer.alloc(0)): string {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), data]).toString("base64");
}
const hashOf = (vectors: string) => createHash("sha256").update(Buffer.from(vectors, "base64")).digest("hex");
/** The same of a model with one more layer. */
function deeper({ profile, vectors }: ReturnType<typeof upload>) {
  return { profile: { ...profile, model: { ...profile["model"], nLayer: 5 } }, vectors };
}
/** An upload whose document is right about the hash of such vectors. */
function lying(vectors: string) {
  const { profile } = upload("terse");
  return { profile: { ...profile, vectors: { ...profile["vectors"], sha256: hashOf(vectors) } }, vectors };
}

test.each<[string, () => object, string | null, string]>([
  [
    "vectors of another hash",
    () => ({ ...upload("terse"), vectors: upload("other").vectors }),
    null,
    "invalid_profile",
  ],
  ["a profile of another model", () => deeper(upload("terse")), null, "invalid_steering"],
  ["a document that is none", () => ({ ...upload("terse"), profile: { format: "x" } }), null, "invalid_profile"],
  ["no document", () => ({ vectors: upload("terse").vectors }), "profile", "missing_required_parameter"],
  ["vectors that are no base64", () => ({ ...upload("terse"), vectors: "§" }), "vectors", "invalid_value"],
  ["a header that reaches beyond the file", () => lying(safetensors('{"vectors":{"dtype":"F32","shape":[1,99999],"data_offsets":[0,399996]}}')), null, "invalid_profile"], // prettier-ignore
  ["a header longer than the file", () => lying(Buffer.from("ffffffffffffff7f", "hex").toString("base64")), null, "invalid_profile"], // prettier-ignore
  ["a shape of more than there are atoms", () => lying(safetensors('{"layers":{"dtype":"I32","shape":[4294967296,4294967296],"data_offsets":[0,0]},"vectors":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}')), null, "invalid_profile"], // prettier-ignore
  ["nothing", () => lying(""), null, "invalid_profile"],
])("refuses an upload with %s, and keeps nothing of it", async (_, body, param, code) => {
  expect(await put("terse", body())).toMatchObject({ status: 400, body: errorBody(param, code) });
  expect(readdirSync(folder)).toEqual(["careful.safetensors", "careful.steer.json"]);
});

test.each([
  "..%2Felsewhere%2Fterse",
  "%2e%2e%2Fterse",
  "..",
  ".hidden",
  "a%00b",
  "a%5Cb",
  "C%3A",
  "a".repeat(200),
  "%ff",
])("opens nothing by the name %s", async (name) => {
  for (const init of [{ method: "GET" }, { method: "DELETE" }]) {
    expect((await send(running, `${PROFILES}/${name}`, undefined, init)).status).toBeGreaterThanOrEqual(400);
  }
  expect((await put(name, upload("terse"))).status).toBeGreaterThanOrEqual(400);
  expect(existsSync(join(root, "terse.steer.json"))).toBe(false);
  expect(readdirSync(folder)).toEqual(["careful.safetensors", "careful.steer.json"]);
});

test("a document that names its vectors by a path gets them beside it", async () => {
  const { profile, vectors } = upload("terse");
  const file = "../elsewhere/terse.safetensors";
  const added = await put("sneaky", { profile: { ...profile, vectors: { ...profile["vectors"], file } }, vectors });
  const kept = JSON.parse(readFileSync(join(folder, "sneaky.steer.json"), "utf8")) as { vectors: object };
  await send(running, `${PROFILES}/sneaky`, undefined, { method: "DELETE" });

  expect(added.status).toBe(200);
  expect(kept.vectors).toMatchObject({ file: "sneaky.safetensors" });
});

test("without a folder there are none, and none can be added", async () => {
  await using plain = await startServer();

  expect((await send(plain, PROFILES)).body).toMatchObject({ data: [] });
  expect(await send(plain, `${PROFILES}/terse`, upload("terse"), { method: "PUT" })).toMatchObject({
    status: 409,
    body: errorBody(null, "no_profile_folder"),
  });
});
