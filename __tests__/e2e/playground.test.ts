import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { readRanking } from "../../lib/rank/ranking";
import { describeInBrowser } from "../support/browser";
import { startBrowser } from "../support/chromium";
import { CLIENTS } from "../support/clients";
import { fixtures } from "../support/command-line";
import { succeed } from "../support/corrsteer";
import { makeFeaturesFolder } from "../support/features-folder";
import { rankedRun } from "../support/ranked-run";
import { saveFeatureProfile, saveProfiles } from "../support/profiles";
import { served, servedBy } from "../support/serve-command";
import { temporaryFolder } from "../support/temporary-folder";

const AXE = join(CLIENTS, "axe-core", "axe.min.js");
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
const QUESTION = `<img src=x onerror="alert(1)">`;

interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly steering: { readonly scale: number; readonly compare?: boolean } | null;
  readonly seed?: number;
  readonly features?: readonly string[];
}

describeInBrowser("the playground", () => {
  const profiles = temporaryFolder();
  const downloads = temporaryFolder();
  const run = join(temporaryFolder(), "run");
  const pages = join(temporaryFolder(), "pages");
  let server: Awaited<ReturnType<typeof ending>>;
  let browser: Browser;

  beforeAll(async () => {
    await saveProfiles(profiles, ["careful", "terse"]);
    await saveFeatureProfile(profiles, "parted", { 3: 30, 5: -20 });
    await rankedRun(run);
    const { saes } = await readRanking(run);
    makeFeaturesFolder(
      pages,
      saes.map((sae) => ({ ...sae, name: sae.id })),
    );
    writeFileSync(join(pages, "index.html"), "<title>pages of features</title>");
    const folders = ["--run", run, "--profiles", profiles, "--features", pages];
    const serving = servedBy("serve", ...folders, "--threads", "1", "--port", "0");
    [server, browser] = await Promise.all([ending(serving), startBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  /** The page, ready to be asked, with what it says on the console and asks for. */
  async function open(viewport = DESKTOP, colorScheme: "light" | "dark" = "light", url = server.url) {
    const page = await browser.newPage({ viewport, colorScheme });
    const messages: string[] = [];
    const requests: { readonly url: string; readonly body: string | null }[] = [];
    page.on("console", (message) => messages.push(message.text()));
    page.on("pageerror", (error) => messages.push(error.message));
    page.on("dialog", (dialog) => messages.push(dialog.message()));
    page.on("request", (request) => requests.push({ url: request.url(), body: request.postData() }));
    await page.goto(url);
    await page.locator("#send:enabled, #key-form:not([hidden])").waitFor();
    const asked = () => requests.flatMap(({ body }) => (body === null ? [] : [JSON.parse(body) as Asked]));
    return { page, messages, requests, asked };
  }

  it("streams plain and steered answers from one request, with their receipts", async () => {
    const { page, messages, requests, asked } = await open();
    await ask(page, QUESTION, 12);

    const [plain, steered] = await texts(page, ".arm .text");
    const [of, receipt] = await texts(page, ".arm .receipt");
    expect(asked()).toEqual([
      expect.objectContaining({ steering: { profile: "careful", scale: 1, compare: true }, stream: true }),
    ]);
    expect(plain).not.toBe(steered);
    expect(of).toMatch(/^not steered/);
    expect(receipt).toMatch(/layer 1: \d+ rows, [\d.]+ % of the residual's norm/);
    expect(await texts(page, ".question")).toEqual([QUESTION]); // as text
    expect(messages).toEqual([]);
    expect(requests.filter(({ url }) => !url.startsWith(server.url) && !url.startsWith("data:"))).toEqual([]);
    await page.close();
  });

  it("steers by what its sliders say", async () => {
    const { page, asked } = await open();
    await page.selectOption("#profile", "terse");
    await page.locator("#scale").fill("0.5");
    await page.locator("#dose-0").focus();
    await page.keyboard.press("ArrowRight"); // a twentieth of what was learned
    expect(await page.textContent("output[for=dose-0]")).toBe("1.05");
    expect(await page.getAttribute("#layers", "aria-label")).toBe("Steered layers: 1 (0.525 times), of 4");
    await ask(page, "abc", 2);
    await page.click("#reset");
    await ask(page, "abc", 2);
    await page.selectOption("#profile", "");
    await ask(page, "abc", 2);

    expect(asked().map(({ steering }) => steering)).toEqual([
      { profile: "terse", scale: 0.525, compare: true },
      { profile: "terse", scale: 1, compare: true },
      null,
    ]);
    expect(await page.locator(".turn").last().locator(".arm").count()).toBe(1);
    await page.close();
  });

  it("steers by each feature of a layer by itself", async () => {
    const { page, asked } = await open();
    await page.selectOption("#profile", "parted");
    expect(await texts(page, "#doses label")).toEqual(["layer 1, feature 3, r 0.50", "layer 1, feature 5, r 0.50"]);
    await page.locator("#dose-1").focus();
    await page.keyboard.press("Home"); // 3 times -20
    await page.locator("#scale").fill("0.5");
    await ask(page, "abc", 2);
    await page.locator("#dose-1").fill("0");
    await ask(page, "abc", 2);
    await page.click("#copy-typescript");

    const feature = (index: number) => `blocks.1.hook_resid_post/${index}`;
    expect(asked().map(({ steering }) => steering)).toEqual([
      {
        ...{ scale: 0.5, compare: true },
        features: [
          { feature: feature(3), coefficient: 30 },
          { feature: feature(5), coefficient: -60 },
        ],
      },
      { features: [{ feature: feature(3), coefficient: 30 }], scale: 0.5, compare: true },
    ]);
    expect(await page.textContent("#copied")).toContain(`await steer("${feature(3)}", 15, "saes")`);
    await page.close();
  });

  it("shows the values of features under the tokens as they come", async () => {
    const { page, messages, asked } = await open();
    await page.selectOption("#profile", "parted");
    await page.getByRole("button", { name: "Watch layer 1, feature 3, r 0.50" }).click();
    await page.fill("#watch", "blocks.1.hook_resid_post/7");
    await page.keyboard.press("Enter");
    await ask(page, "abc", 6);
    const plain = page.locator(".arm.plain");
    const steered = page.locator(".arm.steered");

    expect(asked()[0]!.features).toEqual(["blocks.1.hook_resid_post/3", "blocks.1.hook_resid_post/7"]);
    expect((await steered.locator(".piece").allTextContents()).join("")).toBe(
      await steered.locator(".text").textContent(),
    );
    const strongest = /^layer 1, feature 3, r 0.50: at most ([\d.]+), at “/;
    const most = async (arm: typeof plain) => Number(strongest.exec((await arm.locator(".peaks li").first().textContent())!)?.[1] ?? 0); // prettier-ignore
    expect(await most(steered)).toBeGreaterThan(await most(plain));
    expect(await steered.locator(".piece").first().getAttribute("title")).toMatch(/^layer 1, feature 3, r 0.50: /);
    await page.getByRole("button", { name: "No longer layer 1" }).click();
    await page.getByRole("button", { name: "No longer blocks.1" }).click();
    await ask(page, "abc", 2);
    expect(asked()[1]).not.toHaveProperty("features");
    expect(messages).toEqual([]);
    await page.close();
  });

  it("finds features of the run, steers by them and watches them", async () => {
    const { page, messages, asked } = await open();
    await page.selectOption("#profile", "");
    const first = page.locator("#found > li").first();
    const name = /^layer (\d), feature (\d+), r (-?[\d.]+)/.exec((await first.textContent())!)!;
    await first.locator("summary").click();
    const [, token] = /Promotes “([^”]+)”/.exec((await first.getByText("Promotes").textContent())!)!;
    expect(await first.locator("ol li").first().textContent()).toMatch(/^[\d.]+, score [01]: .* → /);
    await page.selectOption("#by", "promotes");
    await page.fill("#sought", token!);
    await page.keyboard.press("Enter");
    await page.getByText(/^\d+ of \d+ shown\.$/).waitFor();
    await page.getByRole("button", { name: `Steer by ${name[0]}` }).click();
    await page
      .getByRole("button", { name: `Watch ${name[0]}` })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    await ask(page, "abc", 2);
    await page.getByRole("button", { name: `Remove ${name[0]}` }).click();
    await ask(page, "abc", 2);

    const feature = `blocks.${name[1]}.hook_resid_post/${name[2]}`;
    expect(asked()[0]).toMatchObject({
      steering: { features: [{ feature, coefficient: expect.any(Number) }], scale: 1, compare: true },
      features: [feature],
    });
    expect(asked()[1]!.steering).toBeNull();
    await page.fill("#sought", "no token says this");
    await page.keyboard.press("Enter");
    await page.getByText("0 of 0 shown.").waitFor();
    expect(messages).toEqual([]);
    await page.close();
  });

  it("links features, of the run and of a profile, to the pages that show them", async () => {
    const { page, messages } = await open();
    await page.selectOption("#profile", "parted");
    await page.locator("#found > li").first().waitFor();
    const name = /^layer (\d), feature (\d+), r -?[\d.]+/.exec(
      (await page.locator("#found > li").first().textContent())!,
    )!;
    const links = [`layer ${name[1]}, feature ${name[2]}`, "layer 1, feature 3"];
    for (const label of links) {
      const [layer, feature] = label.match(/\d+/g)!;
      const link = page.getByRole("link", { name: `page: what ${label}, ` }).first();
      const [opened] = await Promise.all([page.waitForEvent("popup"), link.click()]);
      await opened.waitForLoadState();
      expect(await opened.title()).toBe("pages of features");
      expect(opened.url()).toBe(`${server.url}/features/index.html#/blocks.${layer}.hook_resid_post/${feature}`);
    }
    expect(messages).toEqual([]);
    await page.close();
  });

  it("goes on from the answer that is chosen, after what the system says", async () => {
    const { page, asked } = await open();
    await page.fill("#system", "Be brief.");
    await ask(page, "one", 6);
    const [plain] = await texts(page, ".arm .text");
    await page.getByLabel("plain", { exact: true }).check();
    await ask(page, "two", 2);

    expect(asked()[1]!.messages).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "one" },
      { role: "assistant", content: plain },
      { role: "user", content: "two" },
    ]);
    await page.close();
  });

  it("stops at Escape, and takes the next question", async () => {
    const { page } = await open();
    await page.fill("#max-tokens", "3000");
    await page.fill("#question", "abc");
    const throttle = await throttled(page); // else all is said before Escape comes
    await page.keyboard.press("Enter");
    await page.locator(".arm .text:not(:empty)").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Stopped.").waitFor();
    await throttle.end();
    await ask(page, "def", 2);

    expect(await page.locator(".turn").count()).toBe(2);
    await page.close();
  });

  it("says what the server refuses, and keeps the question", async () => {
    const { page } = await open();
    await page.fill("#temperature", "3");
    await page.fill("#question", "abc");
    await page.keyboard.press("Enter");
    await page.getByText("'temperature'").waitFor();

    expect(await page.inputValue("#question")).toBe("abc");
    expect(await page.locator(".turn").count()).toBe(0);
    await page.close();
  });

  it("writes down what it asked, as curl that answers the same", async () => {
    const { page } = await open();
    await page.fill("#seed", "5");
    await ask(page, "it's", 8);
    const [, steered] = await texts(page, ".arm .text");
    const written: Record<string, string> = {};
    for (const id of ["curl", "typescript", "profile"]) {
      await page.click(`#copy-${id}`);
      written[id] = (await page.textContent("#copied"))!;
    }
    const answer = JSON.parse(execFileSync("bash", ["-c", `${written["curl"]!.trim()} -s`], { encoding: "utf8" })) as {
      choices: { message: { content: string } }[];
    };

    expect(answer.choices[0]!.message.content).toBe(steered);
    expect(JSON.parse(written["profile"]!)).toEqual({ steering: { profile: "careful", scale: 1 } });
    expect(written["typescript"]).toContain(`loadSteering("careful.steer.json", model)`);
    expect(written["typescript"]).toContain("temperature: 0.7, topP: 0.95, maxTokens: 8, seed: 5");
    await page.close();
  });

  it("saves the present setting as a profile that answers the same in the command", async () => {
    const { page } = await open();
    await page.selectOption("#profile", "parted");
    await page.locator("#dose-1").fill("40");
    await page.locator("#scale").fill("0.5");
    await page.fill("#temperature", "0");
    await page.fill("#save-name", "kept");
    page.on("download", (download) => void download.saveAs(join(downloads, download.suggestedFilename())));
    await ask(page, "abc", 8);
    await page.click("#save-form button");
    await page.getByText("Saved:").waitFor();
    const path = join(downloads, "kept.steer.json");
    while (!existsSync(path) || !existsSync(join(downloads, "kept.safetensors"))) await page.waitForTimeout(20);
    const flags = ["--prompt", "abc", "--steer", path, "--max-tokens", "8", "--json", "--threads", "1"];
    const { text } = JSON.parse(await succeed("generate", "--model", join(fixtures, "qwen3.gguf"), ...flags)) as {
      text: string;
    };

    expect(text).toBe((await texts(page, ".arm .text"))[1]);
    expect(text).not.toBe((await texts(page, ".arm .text"))[0]);
    await page.selectOption("#profile", "");
    await page.click("#save-form button");
    await page.getByText("it names nothing to steer by").waitFor();
    await page.close();
  });

  it("asks for the key where the server wants one", async () => {
    await using locked = await ending(served("--profiles", profiles, "--api-key", "secret"));
    const { page } = await open(DESKTOP, "light", locked.url);
    await page.fill("#key", "secret");
    await page.click("#key-form button");
    await page.locator("#send:enabled").waitFor();
    await ask(page, "abc", 2);

    expect(await page.locator("#key-form").isVisible()).toBe(false);
    await page.close();
  });

  (existsSync(AXE) ? it : it.skip).each([
    ["desktop", "light", DESKTOP],
    ["phone", "dark", PHONE],
  ] as const)("has nothing that axe-core objects to (%s, %s)", async (_, scheme, viewport) => {
    const { page } = await open(viewport, scheme);
    const first = page.locator("#found > li").first();
    await first.getByRole("button", { name: "Steer" }).click();
    await first.getByRole("button", { name: "Watch" }).click();
    await first.locator("summary").click();
    await page.getByText(/^Promotes/).waitFor();
    await ask(page, "abc", 4);
    await page.click("#copy-curl");
    await page.evaluate(readFileSync(AXE, "utf8"));
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>("axe.run()");

    expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.close();
  });

  it("is below 300 KB, compressed", async () => {
    const { page, requests } = await open();
    const bodies = await Promise.all(
      requests.map(async ({ url }) => Buffer.from(await (await fetch(url)).arrayBuffer())),
    );

    expect(gzipSync(Buffer.concat(bodies)).length).toBeLessThan(300_000);
    await page.close();
  });
});

/** A server that ends with the test. */
async function ending(server: ReturnType<typeof served>) {
  const running = await server;
  const end = async () => {
    running.process.kill("SIGTERM");
    await running.ended;
  };
  return { url: running.url, [Symbol.asyncDispose]: end };
}

/** Slows what the page receives, to some tokens a second. */
async function throttled(page: Page): Promise<{ end(): Promise<void> }> {
  const session = await page.context().newCDPSession(page);
  const receive = (downloadThroughput: number) =>
    session.send("Network.emulateNetworkConditions", {
      ...{ offline: false, latency: 0, downloadThroughput, uploadThroughput: -1 },
    });
  await receive(5000);
  return { end: () => receive(-1).then(() => session.detach()) };
}

/** Asks by keyboard alone, and waits for the answers. */
async function ask(page: Page, question: string, maxTokens: number): Promise<void> {
  const turns = await page.locator(".turn").count();
  await page.fill("#max-tokens", String(maxTokens));
  await page.locator("#question").focus();
  await page.keyboard.type(question);
  await page.keyboard.press("Enter");
  await page.locator(`.turn:nth-child(${turns + 1})`).waitFor();
  await page.locator("#send:enabled").waitFor();
  expect(await page.textContent("#status")).toMatch(/^Answered; seed \d+\.$/);
}

function texts(page: Page, selector: string): Promise<string[]> {
  return page.locator(selector).allTextContents();
}
