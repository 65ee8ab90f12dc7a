import { literal } from "./gbnf";
import type { GrammarRules } from "./rules";

/** A character of a key that is written as it is, unless it is one of those. */
function plain(except: readonly string[] = []): string {
  const codes = except.map((c) => `\\U${c.codePointAt(0)!.toString(16).padStart(8, "0")}`);
  return String.raw`[^"\\\x00-\x1F\x7F${codes.join("")}]`;
}

/** Keys but for those given, in quotes: a letter that none of them has there, or more letters, or fewer. */
export function otherKeys(keys: readonly string[], rules: GrammarRules): string {
  const others = (rests: readonly (readonly string[])[]): string => {
    const firsts = [...new Set(rests.flatMap(([first]) => first ?? []))].filter(isPlain);
    const mayEnd = rests.every((rest) => rest.length > 0);
    if (firsts.length === 0) return `${plain()}${mayEnd ? "*" : "+"}`;
    const parts = firsts.map((first) => {
      const after = rests.filter(([c]) => c === first).map((rest) => rest.slice(1));
      return `${literal(first)} ${others(after)}`;
    });
    return rules.add([...parts, `${plain(firsts)} ${plain()}*`, ...(mayEnd ? ['""'] : [])].join(" | "));
  };
  return rules.add(String.raw`"\"" ${others(keys.map((key) => Array.from(key)))} "\""`);
}

/** Whether JSON has it as it is. */
function isPlain(c: string): boolean {
  return JSON.stringify(c) === `"${c}"` && c !== "\x7f";
}
