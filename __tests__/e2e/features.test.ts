import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { readData, writeData } from "../../lib/features/data-file";
import type { FeaturesManifest } from "../../lib/features/folder";
import type { LabelledFeature } from "../../lib/features/label/label";
import type { Context, FeatureData, TextData } from "../../lib/features/format";
import { Model } from "../../lib/model/model";
import { findSaes } from "../../lib/sae/set";
import { Sae } from "../../lib/sae/sae";
import { readTexts } from "../../lib/text/read-texts";
import { tokenSequences } from "../../lib/text/sequences";
import { spool } from "../native/models";
import { describeInBrowser } from "../support/browser";
import { openFile, startBrowser } from "../support/chromium";
import { CLIENTS } from "../support/clients";
import { corrsteer, expectFailure, succeed } from "../support/corrsteer";
import { served } from "../support/serve-command";
import { temporaryFolder } from "../support/temporary-folder";
import { TINY_MODEL, TINY_SAES } from "../support/tiny-task";

const AXE = join(CLIENTS, "axe-core", "axe.min.js");
const MARKUP = `<b onclick="alert(1)">&amp;</b><script>alert(2)</script>`;
const ON_TINY = [TINY_SAES, "--model", TINY_MODEL, "--threads", "1", "--layers", "1,2"];
const N_TOKENS = 800;
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
  const sequences = ["--text", join(folder, "texts.jsonl"), "--sequence-tokens", "64", "--tokens", String(N_TOKENS)];
  manifest = JSON.parse(
    await succeed("features", ...ON_TINY, ...sequences, "--out", out, "--json"),
  ) as FeaturesManifest;
}, 60_000);

test("says what of each feature the activations of all rows say", async () => {
  const { rows, sequenceOf, dSae } = await encodedText(1);
  const features = await featuresOf(0);
  expect([rows.filter(Boolean).length, features.length]).toEqual([manifest.rows, dSae]);

  for (const [feature, data] of features.entries()) {
    const at = (position: number) => rows[position]?.[feature] ?? 0;
    const active = [...rows.keys()].filter((position) => at(position) > 0);
    const best = new Map<number, number>();
    for (const position of active) {
      const known = best.get(sequenceOf[position]!);
      if (known === undefined || at(position) > at(known)) best.set(sequenceOf[position]!, position);
    }
    const top = [...best.values()].sort((a, b) => at(b) - at(a) || a - b).slice(0, 20);
    const contextAt = (position: number): Context => {
      const window = Array.from({ length: 32 }, (_, i) => i - 24).filter(
        (distance) => sequenceOf[position + distance] === sequenceOf[position] && at(position + distance) > 0,
      );
      const largest = Math.max(...window.map((distance) => at(position + distance)));
      const level = (distance: number) => Math.max(1, Math.round((255 * at(position + distance)) / largest));
      return [position, five(at(position)), five(largest), window.flatMap((distance) => [distance, level(distance)])];
    };
    const shown = data.ranges.flat();
    const probes = manifest.probes.map((begin) => Array.from({ length: 32 }, (_, i) => at(begin + i)).some((value) => value > 0)); // prettier-ignore
    expect({
      active: data.active,
      top: data.top,
      shown,
      probes: manifest.probes.map((_, i) => isActiveIn(data, i)),
    }).toEqual({
      ...{ active: active.length, top: top.map(contextAt), probes },
      shown: shown.map(([position]) => contextAt(position)),
    });
    expect([...data.heldOut, ...shown.map(([position]) => position)].every((position) => at(position) > 0)).toBe(true);
  }
}, 120_000);

/** By position, the activations of a layer's SAE, and the number of the sequence. */
async function encodedText(layer: number) {
  await using model = await Model.load(TINY_MODEL);
  await using engine = await model.createEngine({ threads: 1, contextTokens: 256 });
  const [folderOfSae] = (await findSaes(TINY_SAES)).filter(({ config }) => config.hook.layer === layer);
  await using sae = await Sae.load(folderOfSae!, { threads: 1 });
  const rows: (Float32Array | undefined)[] = [];
  const sequenceOf: number[] = [];
  let nSequences = 0;
  for await (const prompt of tokenSequences(model, readTexts([join(folder, "texts.jsonl")]), { length: 64 })) {
    if (rows.length >= N_TOKENS) break;
    const captured = spool(model.info.nEmbd, [layer]);
    const capture = { spool: captured, slot: 0, positions: "prompt" } as const;
    await engine.run({ prompt, branches: [{ maxTokens: 0, capture }] });
    const encoded = await sae.encode((await captured.rows(layer, 0)).subarray(model.info.nEmbd));
    await captured.dispose();
    rows.push(undefined); // the first position does not count
    for (let row = 0; row + 1 < prompt.length; row++) rows.push(encoded.subarray(row * sae.dSae, (row + 1) * sae.dSae));
    sequenceOf.push(...prompt.map(() => nSequences));
    nSequences += 1;
  }
  return { rows, sequenceOf, dSae: sae.dSae };
}

const isActiveIn = ({ probes }: FeatureData, probe: number) => ((probes[probe >> 5]! >>> (probe & 31)) & 1) === 1;
const five = (value: number) => Number(value.toPrecision(5));

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

test("a local model is asked for labels, and what it says that is none is not shown", async () => {
  const server = await served("--context", "8192", "--name", "tiny");
  try {
    const ofModel = ["--endpoint", `${server.url}/v1`, "--model", "tiny", "--scored", "5"];
    const scored = (await featuresOf(0)).flatMap(({ heldOut }, i) => (heldOut.length >= 5 ? [`1:${i}`] : []));
    const names = scored.slice(0, 2);
    expect(names.length).toBe(2);
    const printed = await succeed("label", "--features", out, ...ofModel, "--feature", ...names, "--json");

    const labelled = JSON.parse(printed) as LabelledFeature[];
    expect(labelled.map(({ name }) => name)).toEqual(names);
    expect(labelled.map(({ isShown }) => isShown)).toEqual([false, false]);
    expect(await readData(out, "labels")).toEqual({ "1": {} });
  } finally {
    server.process.kill("SIGTERM");
    await server.ended;
  }
}, 60_000);

test("labels are of a folder of features, and an endpoint that is not there is told of", async () => {
  const ofModel = ["--endpoint", "http://127.0.0.1:9/v1", "--model", "tiny"];
  expectFailure(await corrsteer("label", "--features", folder, ...ofModel), 1, "ERR_FILE_FORMAT", "features.json");
  expectFailure(await corrsteer("label", "--features", out, ...ofModel, "--feature", "9:1"), 2, "ERR_INVALID_ARGUMENT", "1:"); // prettier-ignore
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

  it("show a label with its score, in the index and in the search too", async () => {
    const features = await featuresOf(1);
    const wanted = features.findIndex(({ active }) => active > 20);
    const label = { label: `names of rivers ${MARKUP}`, model: "tiny", right: 18, n: 20, p: 0.0002 };
    await writeData(out, "labels", { "2": { [wanted]: label } });
    const { page, messages } = await openFile(browser, `${index}#/2`);
    await page.fill("[name=words]", "of rivers");
    expect(await page.locator("tbody th").allTextContents()).toEqual([String(wanted)]);

    await page.locator("tbody a").click();

    const shown = await page.locator("p.label").textContent();
    expect(shown).toContain(label.label);
    expect(shown).toMatch(/90 % of 20 contexts.*0\.0002.*tiny/);
    expect(messages).toEqual([]);
    await page.close();
    await writeData(out, "labels", {});
  });

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
