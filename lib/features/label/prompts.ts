// Words after the automated interpretability of arXiv 2410.13928, appendix A: a name is asked for from contexts with the
// tokens marked, and scored by detection, in contexts without marks.

/** Contexts that are judged at once. */
export const JUDGED_TOGETHER = 5;

const LONGEST_LABEL = 120;

/** @param contexts with << >> around what a feature is active on, strongest first; @param promoted tokens */
export function namingPrompt(contexts: readonly string[], promoted: readonly string[]): string {
  return [
    "Below are excerpts of text in which one feature of a language model is active. << >> marks the tokens on which it is.",
    "Find what the marked tokens, or the texts around them, have in common, and name it.",
    "",
    ...contexts.map((context, i) => `${i + 1}. ${context}`),
    "",
    `Tokens that the feature makes likelier next: ${promoted.join(", ")}`,
    "",
    "Answer with one short phrase of at most 12 words, without quotes or any other words.",
  ].join("\n");
}

/** The label in an answer: its first line that has words, without quotes or a list's number; "" where there is none. */
export function readLabel(answer: string): string {
  const spoken = answer.replace(/^[\s\S]*<\/think>/, "");
  const line = spoken.split("\n").find((text) => /[\p{L}\p{N}]/u.test(text)) ?? "";
  const words = line
    .replaceAll("**", "")
    .trim()
    .replace(/^(?:[-*]|\d+[.)])\s+/, "")
    .replace(/^(?:label|answer|name)\s*:\s*/i, "");
  return words
    .replace(/^["'`*“]+|["'`*”.]+$/g, "")
    .slice(0, LONGEST_LABEL)
    .trim();
}

/** Of which contexts does the label hold? */
export function detectionPrompt(label: string, contexts: readonly string[]): string {
  const example = contexts.map((_, i) => i % 2).join(", ");
  return [
    `A feature of a language model is described as: ${label}`,
    "",
    `For each of the ${contexts.length} texts below say whether it has what the feature is described as: 1 if it does, 0 if not.`,
    "",
    ...contexts.map((context, i) => `Text ${i + 1}: ${context}`),
    "",
    `Answer with a list of ${contexts.length} numbers alone, such as [${example}].`,
  ].join("\n");
}

/** What an answer says of n contexts; undefined where it cannot be read. The last list of the right length counts. */
export function readDetections(answer: string, n: number): boolean[] | undefined {
  const lists = [...answer.matchAll(/\[([\s\d,]*)\]/g)].map(([, list]) => list!.split(",").map((word) => word.trim()));
  const readable = lists.filter((list) => list.length === n && list.every((word) => word === "0" || word === "1"));
  return readable.at(-1)?.map((word) => word === "1");
}
