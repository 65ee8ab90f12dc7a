import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { readData } from "../../lib/features/data-file";
import type { FeaturesManifest } from "../../lib/features/folder";
import type { Context, FeatureData, TextData } from "../../lib/features/format";
import { Model } from "../../lib/model/model";
import { findSaes } from "../../lib/sae/set";
import { Sae } from "../../lib/sae/sae";
import { readTexts } from "../../lib/text/read-texts";
import { tokenSequences } from "../../lib/text/sequences";
import { spool } from "../native/models";
import { describeInBrowser, openFile, startBrowser } from "../support/browser";
import { CLIENTS } from "../support/clients";
import { corrsteer, expectFailure, succeed } from "../support/corrsteer";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL, TINY_SAES } from "../support/tiny-task";

const AXE = join(CLIENTS, "axe-core", "axe.min.js");
const MARKUP = `<b onclick="alert(1)">&amp;</b><script>alert(2)</script>`;
const ON_TINY = [TINY_SAES, "--model", TINY_MODEL, "--threads", "1", "--layers", "1,2"];
const folder = temporaryFolder();
const out = join(folder, "features");
let manifest: FeaturesManifest;

/** Random words, so that features differ, and something that would be markup. */
function words(n: number): string {
  const letters = (i: number) => String.fromCharCode(97 + ((i * i * 7 + i * 3) % 26));
  return Array.from({ length: n }, (_, i) => letters(i) + letters(i + 3) + letters(2 * i)).join(" ");
}

beforeAll(async () => {
  const rows = Array.from({ length: 6 }, (_, i) => JSON.stringify({ text: `${MARKUP} ${words(60 + 20 * i)}` }));
  writeFileSync(join(folder, "texts.jsonl"), rows.join("\n"));
  const sequences = ["--text", join(folder, "texts.jsonl"), "--sequence-tokens", "64", "--tokens", "1200"];
  manifest = JSON.parse(
    await succeed("features", ...ON_TINY, ...sequences, "--out", out, "--json"),
  ) as FeaturesManifest;
}, 60_000);

test("says what of each feature the activations of all rows say", async () => {
  await using model = await Model.load(TINY_MODEL);
  await using engine = await model.createEngine({ threads: 1, contextTokens: 256 });
  const [folderOfSae] = await findSaes(TINY_SAES, { layers: [1] }).then((saes) =>
    saes.filter(({ config }) => config.hook.layer === 1),
  );
  await using sae = await Sae.load(folderOfSae!, { threads: 1 });
  const text = await readText();
  const activations = new Map<number, Float32Array>(); // by position
  const texts = readTexts([join(folder, "texts.jsonl")]);
  let begin = 0;
  for await (const prompt of tokenSequences(model, texts, { length: 64 })) {
    if (begin >= 1200) break;
    expect(text.begins).toContain(begin);
    const rows = spool(model.info.nEmbd, [1]);
    await engine.run({ prompt, branches: [{ maxTokens: 0, capture: { spool: rows, slot: 0, positions: "prompt" } }] });
    const encoded = await sae.encode((await rows.rows(1, 0)).subarray(model.info.nEmbd));
    await rows.dispose();
    for (let row = 0; row + 1 < prompt.length; row++) {
      activations.set(begin + 1 + row, encoded.subarray(row * sae.dSae, (row + 1) * sae.dSae));
    }
    begin += prompt.length;
  }
  expect(activations.size).toBe(manifest.rows);
  const at = (position: number, feature: number) => activations.get(position)?.[feature] ?? 0;
  const sequenceOf = (position: number) => text.begins.filter((begin) => begin <= position).length;
  const features = await featuresOf(0);
  expect(features.length).toBe(sae.dSae);

  for (const [feature, data] of features.entries()) {
    const positions = [...activations.keys()].filter((position) => at(position, feature) > 0);
    expect(data.active).toBe(positions.length);
    const best = new Map<number, number>();
    for (const position of positions) {
      const known = best.get(sequenceOf(position));
      if (known === undefined || at(position, feature) > at(known, feature)) best.set(sequenceOf(position), position);
    }
    const strongest = [...best.values()].sort((a, b) => at(b, feature) - at(a, feature) || a - b).slice(0, 20);
    expect(data.top.map(([, activation]) => activation)).toEqual(strongest.map((position) => nearly(at(position, feature)))); // prettier-ignore
    for (const context of [...data.top, ...data.ranges.flat()]) expectContext(context, feature);
    expect(data.heldOut.every((position) => at(position, feature) > 0)).toBe(true);
    for (const [probe, begin] of manifest.probes.entries()) {
      const isActive = Array.from({ length: 32 }, (_, i) => at(begin + i, feature)).some((value) => value > 0);
      expect((data.probes[probe >> 5]! >>> (probe & 31)) & 1).toBe(Number(isActive));
    }
  }

  function expectContext([position, activation, largest, around]: Context, feature: number): void {
    expect(activation).toEqual(nearly(at(position, feature)));
    const window = Array.from({ length: 32 }, (_, i) => i - 24).filter(
      (distance) => sequenceOf(position + distance) === sequenceOf(position) && at(position + distance, feature) > 0,
    );
    expect(around.filter((_, i) => i % 2 === 0)).toEqual(window);
    expect(largest).toEqual(nearly(Math.max(...window.map((distance) => at(position + distance, feature)))));
    window.forEach((distance, i) => {
      const level = (255 * at(position + distance, feature)) / largest;
      expect(Math.abs(around[2 * i + 1]! - Math.max(1, level))).toBeLessThan(0.6);
    });
  }
}, 60_000);

test("a folder with other files is left as it is, and without texts nothing is written", async () => {
  const other = join(folder, "other");
  mkdirSync(other);
  writeFileSync(join(other, "mine.txt"), "mine");
  writeFileSync(join(folder, "short.txt"), "ab");
  const text = (name: string) => ["--text", join(folder, name)];

  const stray = await corrsteer("features", ...ON_TINY, ...text("texts.jsonl"), "--out", other);
  expectFailure(stray, 1, "ERR_FILE_WRITE", "mine.txt");
  const short = await corrsteer("features", ...ON_TINY, ...text("short.txt"), "--out", join(folder, "none"));
  expectFailure(short, 1, "ERR_DATASET_FORMAT", "16 tokens");
  expect(existsSync(join(folder, "none"))).toBe(false);
});

describeInBrowser("its pages", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });
  const index = join(out, "index.html");

  it("show the features of an SAE, find them by token, text and density, and lead to each by keyboard", async () => {
    const { page, messages, requests } = await openFile(browser, index);
    await page.locator("tbody tr").first().waitFor();
    expect(await page.locator("nav a").allTextContents()).toEqual(["SAE 1", "SAE 2"]);
    const features = await featuresOf(0);
    const wanted = features.findIndex(({ active }) => active > 20);
    const [[token]] = features[wanted]!.promoted as [[string, number]];

    await page.keyboard.press("/");
    await page.keyboard.type(token);
    await page.selectOption("[name=field]", "tokens");
    expect(await page.locator("tbody th").allTextContents()).toContain(String(wanted));
    expect(await page.locator("output").textContent()).toBe(`${await page.locator("tbody tr").count()} of ${features.length} features`); // prettier-ignore

    await page.fill("[name=least]", "101");
    expect(await page.locator("tbody tr").count()).toBe(0);
    await page.fill("[name=least]", "0");
    await page.locator(`tbody a[href$="/${wanted}"]`).press("Enter");
    await page.locator(".contexts .context").first().waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe(`1:${wanted}`);
    expect(await page.title()).toContain(`1:${wanted}`);
    expect(await page.locator(".contexts").first().locator("li").count()).toBe(features[wanted]!.top.length);
    const text = await readText();
    const [position] = features[wanted]!.top[0]!;
    expect(await page.locator(".contexts strong.active").first().textContent()).toBe(text.tokens[position] || "·");

    await page.keyboard.press("ArrowRight");
    await page.locator("h2", { hasText: `1:${wanted + 1}` }).waitFor();
    await page.keyboard.press("Escape");
    expect(await page.locator("[name=words]").inputValue()).toBe(token);
    expect(messages).toEqual([]);
    expect(requests.every((url) => url.startsWith(`file://${out}/`))).toBe(true);
    await page.close();
  });

  it.each([
    ["light", 1280, ""],
    ["dark", 1280, "#/2/3"],
    ["light", 390, "#/2/3"],
    ["dark", 390, ""],
    ["light", 320, "#/2/9999"],
  ] as const)("have nothing that axe-core objects to (%s, %i pixels, %s)", async (colorScheme, width, hash) => {
    const { page, messages } = await openFile(browser, index + hash, { width, colorScheme });
    await page.locator("#features h2").waitFor();
    for (const details of await page.locator("details").all()) await details.locator("summary").click();

    expect(messages).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    if (existsSync(AXE)) {
      await page.evaluate(readFileSync(AXE, "utf8"));
      const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");
      expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    }
    await page.close();
  });
});

const nearly = (value: number): unknown => expect.closeTo(value, value > 10 ? 2 : 4);

async function featuresOf(sae: number): Promise<FeatureData[]> {
  const features: FeatureData[] = [];
  for (let file = 0; 64 * file < manifest.saes[sae]!.dSae; file++) {
    features.push(...(await readData<FeatureData[]>(out, `sae/${sae}/${file}`)));
  }
  return features;
}

async function readText(): Promise<TextData> {
  return await readData<TextData>(out, "text/0");
}
