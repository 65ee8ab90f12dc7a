// child.ts KIND SEED FROM TO FOLDER: makes the mutants FROM to TO, names each before it opens it, and says how it went.
import { writeSync } from "node:fs";
import { seededRandom } from "../../lib/statistics/random";
import { KINDS, type KindName } from "./kinds";
import { openOriginals } from "./open-originals";
import { refusalCode } from "./refusal";
import type { Line } from "./run-child";

/** More than a mutant's own bytes this many times over, and what allocators keep, is memory that nobody asked for. */
const MEMORY_FACTOR = 16;
const MEMORY_SLACK = 128 * 2 ** 20;

const [kindName, seed, from, to, folder] = process.argv.slice(2) as [KindName, string, string, string, string];
const kind = KINDS[kindName];

const say = (line: Line) => writeSync(1, `${JSON.stringify(line)}\n`);
const peakBytes = () => process.resourceUsage().maxRSS * 1024;

/** The code of the refusal, or "opened"; a finding for what is neither. */
async function outcome(): Promise<{ outcome: string; finding?: string }> {
  try {
    await kind.open(folder);
    return { outcome: "opened" };
  } catch (error) {
    const code = refusalCode(error);
    if (code !== undefined) return { outcome: code };
    return { outcome: "finding", finding: (error as Error).stack ?? String(error) };
  }
}

async function main(): Promise<void> {
  await kind.prepare?.(folder);
  await openOriginals(kind, folder); // which loads libraries too
  for (let index = Number(from); index < Number(to); index++) {
    const { name, sizeBytes } = kind.make(seededRandom(Math.imul(Number(seed), 0x9e3779b1) + index), folder);
    say({ opens: index, name });
    const before = peakBytes();
    const result = await outcome();
    const grown = peakBytes() - before;
    const isTooMuch = grown > MEMORY_FACTOR * sizeBytes + MEMORY_SLACK;
    if (isTooMuch) result.finding ??= `${grown} bytes of memory for ${sizeBytes} of file`;
    say({ done: index, ...result });
  }
}

// A kind may have a server, or a thread.
void main().then(() => process.exit());
