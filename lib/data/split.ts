import { createHash } from "node:crypto";
import { invalidArgument, outOfRange } from "../errors";
import { datasetError } from "./dataset-error";
import type { Sample, SplitName } from "./sample";

export interface SplitOptions {
  /** Decides which questions of a split are taken, and their order; never which split a question is in. */
  readonly seed: number;
  /** The most samples wanted of each. @default all there are */
  readonly train?: number | undefined;
  readonly validation?: number | undefined;
  readonly test?: number | undefined;
}

/** The parts of a pool of questions, without an overlap. */
export interface Split {
  readonly train: Sample[];
  readonly validation: Sample[];
  readonly test: Sample[];
  /** Samples left out because another one asks the same. */
  readonly duplicates: number;
  /** How many fewer than asked for there were. */
  readonly shortfall: Readonly<Record<SplitName, number>>;
}

/** How many questions each part has, and how many were left out because another one asks the same. */
export interface SplitCounts extends Readonly<Record<SplitName, number>> {
  readonly duplicates: number;
}

export function splitCounts({ train, validation, test, duplicates }: Split): SplitCounts {
  return { train: train.length, validation: validation.length, test: test.length, duplicates };
}

/**
 * Parts of a pool whose data set has no splits. The published code keeps 27 / 3 / 70 %, which leaves 121 and 14 of
 * XSTest's 450 questions to select and validate on: fewer than a correlation or a paired test can use. 40 / 20 / 40
 * gives 180 / 90 / 180, and loses nothing where there are thousands.
 */
const TRAIN_PART = 0.4;
const VALIDATION_PART = 0.2;

/** Of the same question, the copy in the first of these stays: the test set is what published numbers are on. */
const KEPT_FIRST: readonly SplitName[] = ["test", "validation", "train"];

/**
 * Disjoint samples to select on, to validate on and to test on. The same whatever the order of `samples`.
 *
 * A question's split is the one its data set names, else follows from the question's own text: it stays the same for
 * every seed, every size, and when the data set grows. Where the data set has splits but no validation part, a third of
 * train becomes it. Questions that differ only in case and white space are one question.
 *
 * @throws ERR_DATASET_FORMAT if some samples name their split and others do not.
 */
export function splitSamples(samples: readonly Sample[], options: SplitOptions): Split {
  const wanted = resolveSizes(options);
  const questions = distinct(samples);
  const assign = chooseAssignment(samples);

  const inOrder = questions
    .map((question) => ({ ...question, split: assign(question), order: sha256(`${options.seed}\n${question.hash}`) }))
    .sort((a, b) => compare(a.order, b.order));
  const shortfall = { train: 0, validation: 0, test: 0 };
  const take = (split: SplitName): Sample[] => {
    const taken = inOrder.filter((question) => question.split === split).slice(0, wanted[split]);
    if (wanted[split] !== undefined) shortfall[split] = wanted[split] - taken.length;
    return taken.map((question) => question.sample);
  };
  return {
    train: take("train"),
    validation: take("validation"),
    test: take("test"),
    duplicates: samples.length - questions.length,
    shortfall,
  };
}

interface Question {
  readonly sample: Sample;
  /** Of the content alone, in hexadecimal. */
  readonly hash: string;
}

function distinct(samples: readonly Sample[]): Question[] {
  const kept = new Map<string, Question>();
  for (const sample of samples) {
    const hash = sha256(sample.prompt.normalize("NFC").toLowerCase().replace(/\s+/gu, " ").trim());
    const other = kept.get(hash);
    if (other === undefined || goesBefore(sample, other.sample)) kept.set(hash, { sample, hash });
  }
  return [...kept.values()];
}

function goesBefore(a: Sample, b: Sample): boolean {
  const rank = (sample: Sample) => (sample.split === undefined ? -1 : KEPT_FIRST.indexOf(sample.split));
  return rank(a) < rank(b) || (rank(a) === rank(b) && a.id < b.id);
}

function chooseAssignment(samples: readonly Sample[]): (question: Question) => SplitName {
  const named = new Set(samples.map((sample) => sample.split));
  if (!named.has(undefined)) {
    if (named.has("validation")) return ({ sample }) => sample.split!;
    const kept = TRAIN_PART / (TRAIN_PART + VALIDATION_PART);
    return ({ sample, hash }) => (sample.split === "train" && fraction(hash) >= kept ? "validation" : sample.split!);
  }
  if (named.size > 1) {
    const without = samples.find((sample) => sample.split === undefined)!;
    throw datasetError({ path: `sample ${without.id}`, field: "split" }, "expected a split, as other samples have one");
  }
  return ({ hash }) => {
    const at = fraction(hash);
    return at < TRAIN_PART ? "train" : at < TRAIN_PART + VALIDATION_PART ? "validation" : "test";
  };
}

function resolveSizes({ seed, train, validation, test }: SplitOptions) {
  if (!Number.isSafeInteger(seed)) throw invalidArgument("seed", "an integer", seed);
  const sizes = { train, validation, test };
  for (const [name, size] of Object.entries(sizes)) {
    if (size !== undefined && (!Number.isSafeInteger(size) || size < 0))
      throw outOfRange(name, "an integer from 0", size);
  }
  return sizes;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Evenly spread over [0, 1): the first 48 bits. */
function fraction(hash: string): number {
  return parseInt(hash.slice(0, 12), 16) / 2 ** 48;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
