// The cells of a sweep: a run for each combination of what its axes say.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";
import { systemReason } from "../errors";
import { formatError } from "../files/format-error";
import { words } from "../options/flags";
import { writtenItems, writtenOptions, writtenValue, type WrittenOptions } from "../options/written";

/** A value of the axis' own option, or several options under a name. */
const choice = z.union([writtenItems, z.object({ name: z.string().min(1) }).catchall(writtenValue)]);
const sweepFile = z.strictObject({
  options: writtenOptions.nullish(),
  sweep: z.record(z.string(), z.array(choice).min(1)),
});
type Choice = z.infer<typeof choice>;

/** One run of a sweep. */
export interface WrittenCell {
  /** What tells it from the others; the name of its folder. */
  readonly name: string;
  readonly options: WrittenOptions;
}

/** @throws ERR_FILE_FORMAT as `expandSweep`, and for a file that cannot be read */
export async function readSweep(file: string): Promise<WrittenCell[]> {
  let document: unknown;
  try {
    document = parse(await readFile(file, "utf8"), { logLevel: "error" });
  } catch (error) {
    throw formatError(file, systemReason(error), error);
  }
  return expandSweep(document, file);
}

/**
 * All combinations, the last axis changing fastest.
 *
 * @param document `options` for all cells, and `sweep`: lists of values by option, or of mappings with a name and options
 * @param file for messages
 * @throws ERR_FILE_FORMAT for another form, for an option that two axes give, and for two cells of one name
 */
export function expandSweep(document: unknown, file: string): WrittenCell[] {
  const parsed = sweepFile.safeParse(document);
  if (!parsed.success) throw formatError(file, z.prettifyError(parsed.error), parsed.error);
  const { options, sweep } = parsed.data;
  const axes = Object.entries(sweep).map(([axis, choices]) => choices.map((own) => chosen(axis, own)));
  const cells = axes.reduce<WrittenCell[]>(
    (before, axis) => before.flatMap((cell) => axis.map((own) => joined(cell, own, file))),
    [{ name: "", options: {} }],
  );
  const names = cells.map(({ name }) => name.toLowerCase()); // some file systems know no case
  const twice = cells.find(({ name }, i) => names.indexOf(name.toLowerCase()) !== i);
  if (twice) {
    throw formatError(file, `two cells are called ${twice.name}: write what differs as mappings, each with a name`);
  }
  return cells.map(({ name, options: own }) => ({ name: name || "run", options: { ...options, ...own } }));
}

function chosen(axis: string, value: Choice): WrittenCell {
  if (typeof value === "object" && "name" in value) {
    const { name, ...options } = value;
    return { name: fileName(name), options };
  }
  return { name: fileName(`${axis}-${shortest(words(value))}`), options: { [axis]: value } };
}

function joined(cell: WrittenCell, { name, options }: WrittenCell, file: string): WrittenCell {
  const twice = Object.keys(options).find((option) => option in cell.options);
  if (twice !== undefined) throw formatError(file, `sweep: two axes give the option ${twice}`);
  return { name: cell.name ? `${cell.name}_${name}` : name, options: { ...cell.options, ...options } };
}

/** Of a path its last part. */
function shortest(text: string): string {
  return text.split(/[/\\]/).filter(Boolean).at(-1) ?? text;
}

/** What every file system takes, and no folder above. */
function fileName(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}.,+-]+/gu, "-").replace(/^\.+/, "");
}
