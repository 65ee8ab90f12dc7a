import type { Command } from "commander";
import type { CachedStock } from "../../stock/cached";
import type { KnownStock, StockMemory } from "../../stock/known";
import { listModels, type Stock } from "../../stock/stock";
import { quantity } from "../../quantity";
import { interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";
import { byteText } from "../progress-text";

export function addModels(command: Command): void {
  command
    .argument("[word...]", "only models and SAEs whose names have all of these, such as gemma-2")
    .option("--json", "print all of it as one JSON document")
    .action(interruptible(run));
}

async function run(_signal: AbortSignal, words: string[], { json }: { json?: true }): Promise<void> {
  const stock = withWords(await listModels(), words);
  if (json) printJson(stock);
  else
    printLines([...knownLines(stock), "", ...cachedLines(stock.cached, stock.machine.freeBytes), "", ...hints(stock)]);
}

function withWords({ machine, known, cached }: Stock, words: readonly string[]): Stock {
  const has = (...names: readonly string[]) => {
    const text = names.join(" ").toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  };
  return {
    machine,
    known: known.filter(({ model, releases }) => has(model, ...releases.map(({ name }) => name))),
    cached: {
      ...cached,
      models: cached.models.filter(({ reference }) => has(reference)),
      saes: cached.saes.filter(({ reference, releases }) => has(reference, ...releases)),
    },
  };
}

function knownLines({ known, machine: { freeBytes } }: Stock): string[] {
  if (known.length === 0) return ["No known model of that name."];
  return table(
    [["model", "--sae", "more", "--model", "file", "memory", "fits"], ...known.map((one) => knownRow(one, freeBytes))],
    [0, 1, 3, 6],
  );
}

function knownRow({ model, releases, gguf }: KnownStock, freeBytes: number): string[] {
  const file = gguf.find(({ memory }) => memory !== null) ?? gguf[0];
  const more = releases.length > 1 ? `+${releases.length - 1}` : "";
  const size = file?.sizeBytes ? byteText(file.sizeBytes) : "";
  return [
    model,
    releases[0]?.name ?? "",
    more,
    file?.reference ?? "",
    size,
    ...fitCells(file?.memory ?? null, freeBytes),
  ];
}

/** "2.9 to 9.1 GB": with the SAE of one layer, and with those of all. */
function fitCells(memory: StockMemory | null, freeBytes: number): [memory: string, fits: string] {
  if (!memory) return ["", ""];
  const { oneLayer, allLayers } = memory;
  const least = byteText(oneLayer);
  const most = byteText(allLayers);
  const fits = allLayers <= freeBytes ? "yes" : oneLayer <= freeBytes ? "some layers" : "no";
  return [least === most ? least : `${least} to ${most}`, fits];
}

function cachedLines({ folder, models, saes }: CachedStock, freeBytes: number): string[] {
  if (models.length + saes.length === 0) return [`Nothing in ${folder}.`];
  return [
    `In ${folder}:`,
    ...table(
      [
        ["name", "size", "memory", "fits"],
        ...models.map(({ reference, sizeBytes, memory }) => [
          reference,
          byteText(sizeBytes),
          ...fitCells(memory, freeBytes),
        ]),
        ...saes.map(({ reference, n, sizeBytes, releases }) => [
          [reference, ...releases].join(", "),
          byteText(sizeBytes),
          quantity(n, "SAE"),
          "",
        ]),
      ],
      [0, 3],
    ),
  ];
}

function hints({ machine: { totalBytes, freeBytes } }: Stock): string[] {
  return [
    `This machine has ${byteText(totalBytes)} of memory, ${byteText(freeBytes)} of it free. Memory is about what a run of multiple choice`,
    "takes on the CPU, with the SAE of one layer and with those of all; run says it of what it is given.",
  ];
}
