import { createHash } from "node:crypto";
import { html, Html } from "./html";
import { sectionHtml, type Section } from "./sections/section";

/** A page that is one file. */
export interface Page {
  readonly title: string;
  /** What the page is, over its navigation. */
  readonly kind: string;
  readonly style: string;
  /** An ES module without imports. */
  readonly script?: string;
  /** What is seen first, before the sections. */
  readonly top: Section;
  /** In their order; what there is nothing to say of is left out. */
  readonly sections: readonly (Section | undefined)[];
}

/** A document that is one file, but for what its script loads. */
export interface Document {
  readonly title: string;
  readonly style: string;
  /** An ES module without imports. */
  readonly script?: string | undefined;
  /** Whether its script may load others. */
  readonly loadsScripts?: boolean;
  readonly body: Html;
}

/** The page as a document. */
export function pageHtml({ title, kind, style, script, top, sections }: Page): string {
  const shown = sections.filter((section) => section !== undefined);
  const body = html`<a class="skip" href="#${top.id}">To the ${top.id}</a>
    <nav aria-label="Parts of the page">
      <p>${kind}</p>
      <ul>
        ${[top, ...shown].map(({ id, heading }) => html`<li><a href="#${id}">${heading}</a></li> `)}
      </ul>
    </nav>
    <main>
      <header id="${top.id}">${top.content}</header>
      ${shown.map(sectionHtml)}
    </main>`;
  return documentHtml({ title, style, script, body });
}

/**
 * The document. Its policy lets it load nothing and run nothing but its own script, and where that may what it loads,
 * whatever a prompt holds.
 */
export function documentHtml({ title, style, script, loadsScripts = false, body }: Document): string {
  const policy = [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    ...(script === undefined ? [] : [`script-src '${digest(script)}'${loadsScripts ? " 'strict-dynamic'" : ""}`]),
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
        ${body} ${script !== undefined && new Html(`<script type="module">${script}</script>`)}
      </body>
    </html> `.text;
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
