import { html, type Html, type HtmlValue } from "../html";

/** A part of the page with a heading that can be linked to; nothing where it has no content. */
export function section(id: string, heading: string, ...content: readonly HtmlValue[]): Html {
  if (content.every((part) => !part)) return html``;
  return html`<section id="${id}">
    <h2>${heading}</h2>
    ${content}
  </section>`;
}

/** One name and value of a list of facts. */
export function fact(name: string, value: string): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div> `;
}
