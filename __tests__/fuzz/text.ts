import type { RandomBelow } from "../../lib/statistics/random";
import { damage, pick } from "./bytes";

export interface Text {
  readonly lines: readonly string[];
  /** Lines that such a text may have by accident or on purpose. */
  readonly odd: readonly (() => string)[];
  /** Which line an odd one stands instead of, if there is one. */
  readonly keyOf?: (line: string) => string;
}

/** Text of lines with odd ones among them, or damaged as any file may be. */
export function mutateText(random: RandomBelow, text: Text): { name: string; bytes: Buffer } {
  return random(3) === 0 ? damage(random, Buffer.from(text.lines.join("\n"))) : oddLines(random, text);
}

function oddLines(random: RandomBelow, { lines, odd, keyOf }: Text): { name: string; bytes: Buffer } {
  const changed = [...lines];
  const told: string[] = [];
  for (let n = 1 + random(2); n > 0; n--) {
    const line = pick(random, odd)();
    const same = keyOf ? changed.findIndex((other) => keyOf(other) === keyOf(line)) : -1;
    const at = same >= 0 ? same : random(changed.length + 1);
    changed.splice(at, same >= 0 ? 1 : random(2), line);
    told.push(`${JSON.stringify(line.slice(0, 60))} at ${at}`);
  }
  const ending = pick(random, ["\n", "\n", "\r\n", "\r"]);
  return { name: told.join(", "), bytes: Buffer.from(changed.join(ending)) };
}
