// jiti __tests__/inference/main.ts [--seeds N] [--early] [--only TEXT] [--run DIR] [--page FILE]: how often each claim of the
// program is wrong, or right, where the truth is known, or of the activations of a run of yours. Fails where a rate is beyond its
// bound by more than chance. N draws of each, or with `--early` as many of these as decide. `npm run check:inference` draws all of
// them 2,000 times for docs/inference.md.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { simulationsOf } from "./of-run";
import { simulate, type Rate, type Simulation } from "./simulation";
import { SIMULATIONS } from "./simulations";

const MARKS = { kept: "", near: ": within chance", broken: ": **missed**" };

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function row({ claim, truth }: Simulation, { event, bound, rate, interval, limit, verdict }: Rate): string {
  const sign = "atMost" in bound ? "at most" : "at least";
  const part = "of" in bound ? ` (${bound.atLeast} of that of "${bound.of}")` : "";
  const between = interval.map(percent).join(" to ");
  return `| ${claim} | ${truth} | ${event} | ${percent(rate)} | ${between} | ${sign} ${percent(limit)}${part}${MARKS[verdict]} |`;
}

function pageOf(rows: readonly string[], nSeeds: number): string {
  return `# How often its claims are wrong

Each line is data whose truth is known, drawn anew ${nSeeds} times, and what the program then says of it. Written by
\`npm run check:inference\`; the simulations are \`__tests__/inference\`. The tests draw 200 of each at most, and fewer once a
rate that 200 find in 95 % is ruled out, wrongly in 5 % (Wald 1945). What each test assumes: [statistics](statistics.md).

| claim | what is true | what happens | how often | 99 % interval | bound |
| ----- | ------------ | ------------ | --------- | ------------- | ----- |
${rows.join("\n")}
`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "200" },
      early: { type: "boolean", default: false },
      only: { type: "string" },
      run: { type: "string" },
      page: { type: "string" },
    },
  });
  const { seeds, early, only, run, page } = values;
  const rows: string[] = [];
  for (const simulation of run === undefined ? SIMULATIONS : await simulationsOf(run)) {
    if (only !== undefined && !`${simulation.claim}: ${simulation.truth}`.includes(only)) continue;
    const rates = await simulate(simulation, Number(seeds), early);
    if (rates.some(({ verdict }) => verdict === "broken")) process.exitCode = 1;
    const added = rates.map((rate) => row(simulation, rate));
    console.log(added.join("\n"));
    rows.push(...added);
  }
  if (page !== undefined) await writeFile(page, pageOf(rows, Number(seeds)));
}

void main();
