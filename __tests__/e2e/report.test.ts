import { Resvg } from "@resvg/resvg-js";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { describeInBrowser } from "../support/browser";
import { openFile, startBrowser } from "../support/chromium";
import { corrsteer, DEMO_MODEL, DEMO_SAES, DEMO_TASK, expectFailure, ON_DEMO, succeed } from "../support/corrsteer";
import { ACTING } from "../support/acting";
import { withoutMade } from "../support/directory-contents";
import { HOSTILE_SHOWN, hostileDemoRun } from "../support/demo-run";
import { makeFeaturesFolder } from "../support/features-folder";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let run: string;
let path: string;

interface Arm {
  name: string;
  comparison: { changes: Record<string, number> } | null;
}

const arms = () => (JSON.parse(readFileSync(join(run, "evaluation.json"), "utf8")) as { arms: Arm[] }).arms;
const changesOf = (name: string) => arms().find((arm) => arm.name === name)!.comparison!.changes;
const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, n) => total + n, 0);

beforeAll(async () => {
  run = await hostileDemoRun(folder);
  path = join(run, "report.html");
}, 120_000);

test("run ends with the report, and report writes the same bytes again", async () => {
  const first = readFileSync(path);
  rmSync(path);

  const written = JSON.parse(await succeed("report", run, "--json")) as unknown;

  expect(written).toMatchObject({ path, figures: [] });
  expect(readFileSync(path).equals(first)).toBe(true);
});

test("the command that it gives does the same again, to the byte but for when and how long", async () => {
  const [, command] = /<pre class="command">corrsteer (.*)<\/pre>/.exec(readFileSync(path, "utf8"))!;
  const files: Record<string, string> = {
    ...{ "model.gguf": DEMO_MODEL, saes: DEMO_SAES },
    "questions.jsonl": join(folder, "questions.jsonl"),
  };
  const again = join(folder, "again");

  await succeed(...command!.split(" ").map((word) => files[word] ?? word), "--out", again);

  const [found, expected] = [join(again, "report.html"), path].map((file) => readFileSync(file, "utf8"));
  expect(withoutMade(found!)).toBe(withoutMade(expected!));
  expect(readFileSync(join(again, "evaluation.json")).equals(readFileSync(join(run, "evaluation.json")))).toBe(true);
}, 120_000);

test("holds the headline and all of the verdict, every arm's accuracy, every selected feature and the model's hash", () => {
  const page = readFileSync(path, "utf8")
    .replaceAll("\u00a0", " ")
    .replaceAll(/[\u2011−]/g, "-");
  const evaluation = JSON.parse(readFileSync(join(run, "evaluation.json"), "utf8")) as {
    headline: string;
    verdict: string[];
    arms: { name: string; meanScore: number; role: string }[];
    model: { sha256: string };
  };
  const { selections } = JSON.parse(readFileSync(join(run, "selection.json"), "utf8")) as {
    selections: { features: { layer: number; feature: number }[] }[];
  };

  for (const sentence of [evaluation.headline, ...evaluation.verdict]) {
    expect(page).toContain(sentence.replaceAll('"', "&quot;"));
  }
  expect(page).toContain(evaluation.model.sha256);
  for (const { name, meanScore } of evaluation.arms.filter(({ role }) => role !== "random")) {
    expect(page).toMatch(new RegExp(`>${name}</th>\\s*<td >\\s*<strong>${(100 * meanScore).toFixed(1)} %<`));
  }
  const features = selections.flatMap((selection) => selection.features);
  expect(features.length).toBeGreaterThan(0);
  for (const { layer, feature } of features) expect(page).toContain(`id="feature-${layer}-${feature}"`);
});

test("says when, in how long and on what it was evaluated, and of an older run nothing", async () => {
  const made = join(run, "evaluation-made.json");
  const { date, machine } = JSON.parse(readFileSync(made, "utf8")) as { date: string; machine: { processor: string } };
  const page = readFileSync(path, "utf8");
  expect(page).toMatch(new RegExp(`<dt>evaluated</dt>\\s*<dd>${date.slice(0, 10)} ${date.slice(11, 16)} UTC<`));
  expect(page).toMatch(/<dt>asking took<\/dt>\s*<dd>\d+ s</);
  expect(page).toMatch(/<dt>machine<\/dt>\s*<dd>[^<]*\d+ cores?; cpu, 1 thread</i);
  expect(page).toContain(machine.processor);
  const older = join(folder, "older");
  cpSync(run, older, { recursive: true });
  rmSync(join(older, "evaluation-made.json"));
  await succeed("report", older);
  const [found, expected] = [readFileSync(join(older, "report.html"), "utf8"), withoutMade(page)];
  expect(found.split(/\s+/)).toEqual(expected.split(/\s+/));
});

test("shows control characters and marks of direction, and obeys none", () => {
  expect(readFileSync(path, "utf8")).not.toMatch(ACTING);
});

test("writes the figures as files; the letters of a PNG are drawn", async () => {
  const { figures } = JSON.parse(await succeed("report", run, "--figures", "svg,png", "--json")) as {
    figures: string[];
  };

  const names = ["arms", "dose", "layers", "rank"].flatMap((name) => [`${name}.svg`, `${name}.png`]);
  expect(figures).toEqual(names.map((name) => join(run, "figures", name)));
  for (const svgPath of figures.filter((name) => name.endsWith(".svg"))) {
    const svg = readFileSync(svgPath, "utf8");
    expect(svg).toMatch(/^<svg role="img" aria-label="[^"]{20,}"/);
    expect(svg).not.toMatch(/var\(|NaN|undefined/);
    const png = readFileSync(svgPath.replace(/svg$/, "png"));
    const { width, height } = new Resvg(svg).render();
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3 * width, 3 * height]);
    const withoutLetters = new Resvg(svg.replaceAll(/<text[^>]*>[^<]*<\/text>/g, ""), {
      fitTo: { mode: "zoom", value: 3 },
      background: "#ffffff",
    });
    expect(png.equals(withoutLetters.render().asPng())).toBe(false);
  }
});

test("links to the pages of a folder of features, where these are of its SAEs", async () => {
  const copy = join(folder, "linked");
  cpSync(run, copy, { recursive: true });
  const { saes } = JSON.parse(readFileSync(join(run, "run.json"), "utf8")) as { saes: { id: string; layer: number }[] };
  const named = saes.map((sae) => ({ ...sae, name: String(sae.layer) }));
  const pages = join(folder, "a b");
  makeFeaturesFolder(pages, named);

  await succeed("report", copy, "--features", pages);

  const page = readFileSync(join(copy, "report.html"), "utf8");
  const names = [...page.matchAll(/<article id="feature-(\d+)-(\d+)"/g)].map(
    ([, layer, feature]) => `${layer}/${feature}`,
  );
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(page).toContain(`<a href="../a%20b/index.html#/${name}">contexts</a>`);
  expectFailure(await corrsteer("report", copy, "--features", copy), 1, "ERR_FILE_FORMAT", "features.json");
});

test("says what a run lacks", async () => {
  const collected = join(folder, "collected");
  await succeed("collect", ...ON_DEMO, ...DEMO_TASK, "--samples", "40", "--out", collected);

  expectFailure(await corrsteer("report", collected), 1, "ERR_RUN_INCOMPLETE", collected, "evaluate");
  expectFailure(await corrsteer("report", run, "--figures", "gif"), 2, "ERR_INVALID_ARGUMENT", "gif");
  expectFailure(await corrsteer("report", run, "--figures", "svg,svg"), 2, "ERR_INVALID_ARGUMENT", "each format once");
});

describeInBrowser("in a browser", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  it.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
    [320, "light"],
  ] as const)(
    "at %i pixels, %s, asks nobody for anything, says nothing, and does not scroll sideways",
    async (width, colorScheme) => {
      const { page, messages, requests } = await openFile(browser, path, { width, colorScheme });
      await page.evaluate("document.querySelectorAll('details').forEach((element) => (element.open = true))");

      expect(requests).toEqual([`file://${path}`]);
      expect(messages).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      expect(await page.locator("figure .wide svg").first().isVisible()).toBe(width > 832);
      expect(await page.locator("figure .narrow svg").first().isVisible()).toBe(width <= 832);
      const sizes = await page.evaluate<number[]>(LETTER_SIZES);
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(9.5);
    },
  );

  it.each([
    [1400, 900],
    [390, 844],
  ])("has the conclusion, three numbers and the arms on the first screen of %i x %i", async (width, height) => {
    const { page } = await openFile(browser, path, { width, height });
    const bottom = (of: string) =>
      page.evaluate<number>(`Math.max(...[...document.querySelectorAll("header ${of}")].map((e) => e.getBoundingClientRect().bottom))`); // prettier-ignore

    expect(await page.locator("header .numbers dd").count()).toBe(3);
    for (const part of [".headline", ".numbers", "figure svg"]) {
      expect(await bottom(part)).toBeGreaterThan(0);
      expect(await bottom(part)).toBeLessThanOrEqual(height);
    }
  });

  it("has a navigation to each of its parts, by keyboard too", async () => {
    const { page } = await openFile(browser, path);
    const ids = await page.evaluate<string[]>(
      `[...document.querySelectorAll("nav a")].map((link) => link.getAttribute("href").slice(1))`,
    );

    expect(ids).toEqual(["verdict", "findings", "arms", "controls", "categories", "ranking", "features", "answers", "run"]); // prettier-ignore
    for (const id of ids) expect(await page.locator(`main > #${id}`).count()).toBe(1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL(/#verdict$/);
  });

  it("keeps p and what draws do beside the profile in sight on a phone, and says that there is more", async () => {
    const { page } = await openFile(browser, path, { width: 390 });
    for (const [part, heading] of [
      ["arms", "p"],
      ["controls", "as much as the profile"],
    ] as const) {
      // prettier-ignore
      const table = page.locator(`#${part} .scroll`).first();
      const kept = table.locator("th.keep");
      expect(await kept.textContent()).toBe(heading);
      const { x, width } = (await kept.boundingBox())!;
      expect(x + width).toBeLessThanOrEqual(390);
      expect(await page.locator(`#${part} .cue`).first().isVisible()).toBe(true);
    }
  });

  it("folds prompts", async () => {
    const { page } = await openFile(browser, path);
    const prompt = page.locator("#answer-list .prompt").first();

    expect(await prompt.locator("pre").isVisible()).toBe(false);
    await prompt.locator("summary").click();
    expect(await prompt.locator("pre").isVisible()).toBe(true);
  });

  it.each(["light", "dark"] as const)(
    "has text and chart labels of a contrast of 4.5 and more, %s",
    async (colorScheme) => {
      const { page } = await openFile(browser, path, { colorScheme });

      const contrasts = await page.evaluate<number[]>(CONTRASTS);

      expect(contrasts.length).toBeGreaterThan(50);
      expect(Math.min(...contrasts)).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("filters changed answers by arm and kind, as many as the evaluation counts", async () => {
    const { page } = await openFile(browser, path);
    const shown = () => page.locator("#answer-count").textContent();

    for (const arm of ["A", "A@2"]) {
      await page.selectOption("[name=arm]", arm);
      await page.selectOption("[name=kind]", "");
      expect(await shown()).toMatch(new RegExp(`^${sum(changesOf(arm))} answer`));
      for (const [kind, n] of Object.entries(changesOf(arm))) {
        await page.selectOption("[name=kind]", kind);
        expect(await shown()).toMatch(new RegExp(`^${n} answer`));
      }
    }
  });

  it("shows more as it is asked to, and finds one answer by its id", async () => {
    const { page } = await openFile(browser, path);
    await page.selectOption("[name=arm]", "A");
    const total = sum(changesOf("A"));
    const cards = page.locator("#answer-list article");
    expect(total).toBeGreaterThan(40);

    expect(await cards.count()).toBe(20);
    await page.click("#answer-more");
    expect(await cards.count()).toBe(40);

    const id = (await cards.nth(30).locator(".meta").textContent())!.split(HOSTILE_SHOWN)[0]!;
    await page.fill("[name=search]", id + HOSTILE_SHOWN.toUpperCase());
    expect(await cards.count()).toBe(1);
    expect(await page.locator("#answer-more").isVisible()).toBe(false);
    await page.fill("[name=search]", "no such words anywhere");
    expect(await page.locator("#answer-count").textContent()).toBe("0 answers");
  });

  it("shows what questions hold as text", async () => {
    const { page } = await openFile(browser, path);
    await page.selectOption("[name=arm]", "A");
    await page.fill("[name=search]", "onerror");

    expect(await page.locator("#answer-list article .meta").first().textContent()).toContain(HOSTILE_SHOWN);
    expect(await page.locator("img, body script:not([type]), iframe").count()).toBe(0);
  });

  it("runs no script but its own, even where one was put into the file", async () => {
    const injected = join(folder, "injected.html");
    const page = readFileSync(path, "utf8");
    writeFileSync(injected, page.replace("<main>", `<main><script>document.title = "taken over"</script>`));

    const { page: opened, messages } = await openFile(browser, injected);

    expect(await opened.title()).not.toBe("taken over");
    expect(messages).toEqual([expect.stringContaining("Content Security Policy")]);
  });
});

/** Font sizes of the letters in the charts that are shown, in pixels of the page. */
const LETTER_SIZES = `[...document.querySelectorAll("figure text")].filter((e) => e.checkVisibility()).map((e) => {
  const svg = e.closest("svg");
  return parseFloat(getComputedStyle(e).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
})`;

/** Contrast (WCAG 2.2) of every visible text with what is behind it. A string: it runs in the page. */
const CONTRASTS = `(() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((channels(colour)[3] ?? 1) > 0) return colour;
    }
  };
  const texts = [...document.querySelectorAll("main *")].filter((e) =>
    e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
  return texts.map((e) => {
    const style = getComputedStyle(e);
    const [a, b] = [luminance(e.closest("svg") ? style.fill : style.color), luminance(behind(e))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
})()`;
