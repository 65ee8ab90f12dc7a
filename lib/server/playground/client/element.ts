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

/** The element of this id, which the page has as what it is asked for. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a cast that reads as what it is
export function byId<T extends HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** A small link to what shows a thing, beside the page; none where nothing does. */
export function linksTo(page: string | null, text: string, label: string): HTMLElement[] {
  if (page === null) return [];
  const link = { href: page, target: "_blank", rel: "noopener", class: "small", "aria-label": label };
  return [element("a", link, text)];
}

/** A small button that says in full what it does to those who hear it. */
export function button(text: string, label: string, pressed: () => void): HTMLButtonElement {
  const made = element("button", { type: "button", class: "small", "aria-label": label }, text);
  made.addEventListener("click", pressed);
  return made;
}
