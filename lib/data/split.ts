import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, optionsOf } from "../arguments/kinds";
import { oneOf } from "../options/kinds";
import { invalidArgument, outOfRange } from "../errors";
import { cleanSplit, questionKeys } from "./clean-split";
import { datasetError } from "./dataset-error";
import { samples as someSamples } from "./kinds";
import { officialSplit } from "./official-split";
import type { Parts } from "./parts";
import type { Sample, SplitName } from "./sample";

export const SPLIT_KINDS = ["clean", "official"] as const;
/**
 * "clean": disjoint whatever the seed, stratified, without copies. "official": the membership of the published code, with
 * its flaws: the splits of two seeds overlap, questions that are asked twice are kept, and clusters are parted.
 */
export type SplitKind = (typeof SPLIT_KINDS)[number];

export interface SplitOptions {
  /** "clean": decides which questions of a split are taken, and their order; "official": also which split they are in. */
  readonly seed: number;
  /** @default "clean" */
  readonly kind?: SplitKind | undefined;
  /** The most samples wanted of each. @default all there are */
  readonly train?: number | undefined;
  readonly validation?: number | undefined;
  readonly test?: number | undefined;
}

/** The parts of a pool of questions, without an overlap. */
export interface Split extends Parts {
  /** How many fewer than asked for there were. */
  readonly shortfall: Readonly<Record<SplitName, number>>;
}

/** How many questions each part has, and how many were left out because another one asks the same. */
export interface SplitCounts extends Readonly<Record<SplitName, number>> {
  readonly duplicates: number;
  /** Of the test questions: those that share words or cluster with one of another part. None of a clean split. */
  readonly leaked: number;
}

export function splitCounts({ train, validation, test, duplicates }: Split): SplitCounts {
  const seen = new Set([...train, ...validation].flatMap(questionKeys));
  const leaked = test.filter((sample) => questionKeys(sample).some((key) => seen.has(key))).length;
  return { train: train.length, validation: validation.length, test: test.length, duplicates, leaked };
}

const size = finite().optional();
const splitArguments = z.object({
  samples: someSamples(),
  options: optionsOf({
    seed: finite(),
    kind: oneOf(SPLIT_KINDS).optional(),
    train: size,
    validation: size,
    test: size,
  }),
});

/**
 * Disjoint samples to select on, to validate on and to test on.
 *
 * @throws ERR_DATASET_FORMAT if some samples name their split and others do not; ERR_INVALID_ARGUMENT, ERR_OUT_OF_RANGE
 */
export function splitSamples(samples: readonly Sample[], options: SplitOptions): Split {
  checkArguments(splitArguments, { samples, options });
  const { seed, kind, wanted } = resolveSplitOptions(options);
  checkNamed(samples);
  const parts = kind === "official" ? officialSplit(samples, seed) : cleanSplit(samples, seed);
  const shortfall = { train: 0, validation: 0, test: 0 };
  const take = (split: SplitName): Sample[] => {
    const taken = parts[split].slice(0, wanted[split]);
    if (wanted[split] !== undefined) shortfall[split] = wanted[split] - taken.length;
    return taken;
  };
  return {
    train: take("train"),
    validation: take("validation"),
    test: take("test"),
    duplicates: parts.duplicates,
    shortfall,
  };
}

function checkNamed(samples: readonly Sample[]): void {
  const without = samples.find(({ split }) => split === undefined);
  if (without === undefined || samples.every(({ split }) => split === undefined)) return;
  throw datasetError({ path: `sample ${without.id}`, field: "split" }, "expected a split, as other samples have one");
}

function resolveSplitOptions({ seed, kind = "clean", train, validation, test }: SplitOptions) {
  if (!SPLIT_KINDS.includes(kind)) throw invalidArgument("split", `one of ${SPLIT_KINDS.join(", ")}`, kind);
  if (!Number.isSafeInteger(seed)) throw invalidArgument("seed", "an integer", seed);
  if (kind === "official" && seed < 0) throw outOfRange("seed", "at least 0 for the official split", seed);
  const wanted = { train, validation, test };
  for (const [name, size] of Object.entries(wanted)) {
    if (size !== undefined && (!Number.isSafeInteger(size) || size < 0))
      throw outOfRange(name, "an integer from 0", size);
  }
  return { seed, kind, wanted };
}
