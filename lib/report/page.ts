import { createHash } from "node:crypto";
import { html, Html, type HtmlValue } from "./html";

/** A page that is one file. */
export interface Page {
  readonly title: string;
  readonly style: string;
  /** An ES module without imports. */
  readonly script?: string;
  readonly body: HtmlValue;
}

/**
 * The document. Its policy lets it load nothing and run nothing but its own script, whatever a prompt holds.
 */
export function pageHtml({ title, style, script, body }: Page): string {
  const policy = [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    ...(script === undefined ? [] : [`script-src '${digest(script)}'`]),
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <main>${body}</main>
        ${script !== undefined && new Html(`<script type="module">${script}</script>`)}
      </body>
    </html> `.text;
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
