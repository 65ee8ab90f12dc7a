import { printableLines } from "../printable";

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** Text is escaped; HTML is not; of a list each item; nothing where there is nothing. */
export type HtmlValue = Html | string | number | readonly HtmlValue[] | false | null | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Letters that are written from right to left, and so turn round what stands beside them. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Text of data that leaves the words around it as they are: marks of direction and control characters are seen, and what
 * is written from right to left stands in an isolate of Unicode's (UAX 9), which unlike `<bdi>` works in titles,
 * attributes and charts too.
 */
export function isolated(text: string): string {
  const shown = printableLines(text);
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/** Safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return isolated(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** HTML with values put in, escaped: the one way that text gets into the page. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((part, i) => part + (i < values.length ? toText(values[i]) : "")).join(""));
}

/** A JSON document for a script element, which ends at the first "</script" whatever stands around it. */
export function jsonForScript(value: unknown): Html {
  return new Html(JSON.stringify(value, isolatedTexts).replaceAll("<", "\\u003c"));
}

/** Names too, as the page's script looks them up by what it shows. */
function isolatedTexts(_key: string, value: unknown): unknown {
  if (typeof value === "string") return isolated(value);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [isolated(name), member as unknown]));
}

function toText(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(toText).join("");
  return escapeHtml(String(value));
}
