import { writeFileSync } from "node:fs";
import type { RandomBelow } from "../../lib/statistics/random";
import { damage, pick } from "./bytes";
import type { Mutant } from "./kind";

/** Text of lines with odd ones among them, or damaged as any file may be. */
export function mutateLines(
  random: RandomBelow,
  path: string,
  lines: readonly string[],
  odd: readonly (() => string)[],
): Mutant {
  const { name, bytes } =
    random(3) === 0 ? damage(random, Buffer.from(lines.join("\n"))) : oddLines(random, lines, odd);
  writeFileSync(path, bytes);
  return { name, sizeBytes: bytes.length };
}

function oddLines(random: RandomBelow, lines: readonly string[], odd: readonly (() => string)[]) {
  const changed = [...lines];
  const told: string[] = [];
  for (let n = 1 + random(2); n > 0; n--) {
    const line = pick(random, odd)();
    const at = random(changed.length + 1);
    changed.splice(at, random(2), line);
    told.push(`${JSON.stringify(line.slice(0, 60))} at ${at}`);
  }
  const ending = pick(random, ["\n", "\n", "\r\n", "\r"]);
  return { name: told.join(", "), bytes: Buffer.from(changed.join(ending)) };
}
