// npm run bench:features -- [--model FILE] [--text FILE…] [--width N] [--tokens N] [--rounds N]: an SAE of so many features is
// trained, its pages are written, and Chromium opens them: milliseconds until the index and a feature are shown, and until
// what was typed is found. Medians of the rounds.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { openFile, startBrowser } from "../__tests__/support/chromium";
import { median } from "./rounds";

const WORDS = ["e", "the", "steer", "the feature", "xyzzy"];
const LAYER = "2";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string", default: join("demo", "model.gguf") },
      text: { type: "string", multiple: true, default: ["README.md", "CHANGELOG.md", "docs"] },
      width: { type: "string", default: "100000" },
      tokens: { type: "string", default: "20000" },
      rounds: { type: "string", default: "7" },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), "corrsteer-bench-"));
  try {
    const pages = write(values, folder);
    const times = await look(pages, Number(values.rounds));
    for (const [what, own] of times) console.log(`${what}: ${median(own).toFixed(0)} ms`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Asked = Readonly<Record<"model" | "width" | "tokens", string>> & { readonly text: readonly string[] };

function write({ model, text, width, tokens }: Asked, folder: string): string {
  const [saes, pages] = [join(folder, "saes"), join(folder, "pages")];
  const read = ["--model", model, "--tokens", tokens, "--text", ...text];
  corrsteer("train", "--layers", LAYER, "--width", width, ...read, "--out", saes);
  const begin = performance.now();
  corrsteer("features", saes, ...read, "--out", pages);
  console.log(`pages of ${width} features: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
  return join(pages, "index.html");
}

function corrsteer(...parameters: string[]): void {
  execFileSync(process.execPath, [join("dist", "cli", "main.js"), ...parameters], { stdio: "ignore" });
}

async function look(pages: string, rounds: number): Promise<Map<string, number[]>> {
  const times = new Map<string, number[]>();
  const timed = async (what: string, act: () => Promise<unknown>): Promise<void> => {
    const begin = performance.now();
    await act();
    times.set(what, [...(times.get(what) ?? []), performance.now() - begin]);
  };
  const browser = await startBrowser();
  for (let round = 0; round < rounds; round++) {
    let page: Page | undefined;
    await timed("index", async () => {
      ({ page } = await openFile(browser, pages));
      await page.locator("tbody tr").first().waitFor();
    });
    for (const words of WORDS) await timed(`"${words}" is found`, () => page!.fill("[name=words]", words));
    await timed("sorted by activation", () => page!.selectOption("[name=order]", "largest"));
    await page!.fill("[name=words]", "");
    await timed("feature", async () => {
      await page!.locator("tbody a").first().click();
      await page!.locator(".contexts .context").first().waitFor();
    });
    await page!.close();
  }
  await browser.close();
  return times;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
