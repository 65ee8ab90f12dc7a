import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";

export const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM!, args: ["--no-sandbox"] });
}

/** A page of a file, and all that it said on the console and asked the network for. */
export interface OpenPage {
  readonly page: Page;
  readonly messages: string[];
  readonly requests: string[];
}

export async function openFile(
  browser: Browser,
  path: string,
  { width = 1280, height = 844, colorScheme = "light" }: { width?: number; height?: number; colorScheme?: "light" | "dark" } = {}, // prettier-ignore
): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  const messages: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("dialog", (dialog) => messages.push(dialog.message()));
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`file://${path}`);
  return { page, messages, requests };
}
