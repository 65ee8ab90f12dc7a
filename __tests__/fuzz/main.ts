// npm run fuzz -- KIND [--count N] [--seed N] [--first N]: opens N damaged files of a kind, and fails if one of them ends
// the process, hangs it, takes its memory, or fails without a code. KIND and the seed are all that it takes to see one again.
import { parseArgs } from "node:util";
import { fuzz } from "./fuzz";
import { KINDS, type KindName } from "./kinds";

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      count: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      first: { type: "string", default: "0" },
    },
    allowPositionals: true,
  });
  const [kind = ""] = positionals;
  if (!(kind in KINDS)) throw new Error(`expected one of ${Object.keys(KINDS).join(", ")}, got "${kind}"`);
  const [count, seed, first] = [Number(values.count), Number(values.seed), Number(values.first)];
  const { findings, outcomes } = await fuzz(kind as KindName, {
    count,
    seed,
    first,
    onFinding: ({ index, name, what }) => console.log(`#${index} ${name}: ${what}\n`),
  });
  const tally = [...outcomes].sort().map(([outcome, n]) => `${n} ${outcome}`);
  console.log(`${kind}, seed ${seed}: ${count} mutants: ${tally.join(", ")}`);
  if (findings.length > 0) process.exitCode = 1;
}

void main();
