import { html, type Html, type HtmlValue } from "../html";

/** A part of the page with a heading, which the navigation leads to. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly content: HtmlValue;
}

/** Undefined where it has no content. */
export function section(id: string, heading: string, ...content: readonly HtmlValue[]): Section | undefined {
  return content.every((part) => !part) ? undefined : { id, heading, content };
}

export function sectionHtml({ id, heading, content }: Section): Html {
  return html`<section id="${id}">
    <h2>${heading}</h2>
    ${content}
  </section> `;
}

/** One name and value of a list of facts. */
export function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div> `;
}
