/** An element with attributes, and text or children: text never becomes markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** Names and values. */
export function facts(entries: readonly (readonly [string, string])[]): HTMLElement {
  const rows = entries.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  return element("dl", { class: "facts" }, ...rows);
}

/** To four digits. */
export function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** "1.2 %", "0.0031 %" */
export function percent(share: number): string {
  return `${String(Number((100 * share).toPrecision(2)))} %`;
}
