import { element, shown } from "./element";
import type { Context, PageData, TextData } from "./format";
import { load } from "./load";

/** A list of contexts, which fills as the files of the text come. */
export function contextList(page: PageData, contexts: readonly Context[]): HTMLElement {
  const items = contexts.map((context) => {
    const item = element("li", {}, element("span", { class: "meta" }, shown(context[1])), " …");
    void contextLine(page, context).then(
      (line) => {
        item.replaceChildren(element("span", { class: "meta" }, shown(context[1])), line);
      },
      (error: unknown) => {
        item.replaceChildren(element("span", { class: "warning" }, (error as Error).message));
      },
    );
    return item;
  });
  return element("ol", { class: "contexts" }, ...items);
}

/** The tokens around a position, of its sequence alone, each as dark as the feature is active on it. */
async function contextLine({ before, after, tokensAFile }: PageData, context: Context): Promise<HTMLElement> {
  const [position, , largest, around] = context;
  const from = Math.max(0, position - before);
  const fileOf = (at: number) => Math.floor(at / tokensAFile);
  const files = [...new Set([fileOf(from), fileOf(position), fileOf(position + after)])];
  const loaded = await Promise.allSettled(files.map((file) => load<TextData>(`text/${file}`)));
  const parts = loaded.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])); // the last has none behind it
  const tokenAt = (at: number) => {
    const part = parts.find(({ first, tokens }) => at >= first && at < first + tokens.length);
    return part?.tokens[at - part.first];
  };
  const begins = new Set(parts.flatMap((part) => part.begins));
  if (tokenAt(position) === undefined) throw new Error(`data/text/${fileOf(position)}.js is not there.`);
  const levels = new Map<number, number>();
  for (let i = 0; i < around.length; i += 2) levels.set(around[i]!, around[i + 1]!);
  let begin = position;
  while (begin > from && !begins.has(begin)) begin--;
  let end = position + 1;
  while (end <= position + after && !begins.has(end) && tokenAt(end) !== undefined) end++;
  const line = element("span", { class: "context", dir: "auto" });
  for (let at = begin; at < end; at++) {
    const level = levels.get(at - position) ?? 0;
    const text = tokenAt(at)!;
    if (level === 0) line.append(text);
    else line.append(activeToken(text, level / 255, (level / 255) * largest, at === position));
  }
  return line;
}

function activeToken(text: string, share: number, activation: number, isPeak: boolean): HTMLElement {
  const token = element(isPeak ? "strong" : "span", { class: "active", title: shown(activation) }, text || "·");
  token.style.setProperty("--share", String(share));
  return token;
}
