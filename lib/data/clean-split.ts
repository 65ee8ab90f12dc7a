import { families } from "./families";
import type { Sample, SplitName } from "./sample";
import type { Parts } from "./parts";
import { sha256 } from "./sha256";

/**
 * Parts of a pool whose data set has no splits. The published code keeps 27 / 3 / 70 %, which leaves 121 and 14 of
 * XSTest's 450 questions to select and validate on: fewer than a correlation or a paired test can use. 40 / 20 / 40
 * gives 180 / 90 / 180, and loses nothing where there are thousands.
 */
const TRAIN_PART = 0.4;
const VALIDATION_PART = 0.2;

/** Of the same question, the copy in the first of these stays: the test set is what published numbers are on. */
const KEPT_FIRST: readonly SplitName[] = ["test", "validation", "train"];

interface Question {
  readonly sample: Sample;
  /** Of the text but for case and white space, in hexadecimal: equal ones are one question. */
  readonly hash: string;
  /** Of questions of equal bare words and numbers, or of one cluster: they stay in one split. */
  readonly family: string;
}

/**
 * Splits that are the same whatever the order of `samples`, and disjoint whatever the seed. A question's split is the one
 * its data set names, else follows from the question's own words: it stays the same for every seed, every size, and when
 * the data set grows. Where the data set has splits but no validation part, a third of train becomes it. Questions that
 * differ only in case and white space are one; those that differ in punctuation too, or are of one cluster, never are in
 * two splits. Each part is stratified: as many first questions as one takes, groups have the share that they have in the
 * part. What is selected on is one order for all seeds, begun at a place of its own by each, so that the first ones of
 * several seeds have few in common while there are enough.
 */
export function cleanSplit(samples: readonly Sample[], seed: number): Parts {
  const questions = distinct(samples);
  const splitOf = assignment(questions);
  const parts = Object.fromEntries(
    KEPT_FIRST.map((split) => {
      const part = questions.filter((question) => splitOf(question) === split);
      return [split, split === "train" ? begunAt(placeOf(seed), stratified(part, FIRST_SEED)) : stratified(part, seed)];
    }),
  ) as Record<SplitName, Sample[]>;
  const kept = KEPT_FIRST.reduce((sum, split) => sum + parts[split].length, 0);
  return { ...parts, duplicates: samples.length - kept };
}

function distinct(samples: readonly Sample[]): Question[] {
  const kept = new Map<string, { readonly sample: Sample; readonly keys: readonly string[] }>();
  for (const sample of samples) {
    const text = plainText(sample);
    const hash = sha256(text);
    const other = kept.get(hash)?.sample;
    if (other !== undefined && !goesBefore(sample, other)) continue;
    kept.set(hash, { sample, keys: keysOf(text, sample).map(sha256) });
  }
  const family = families([...kept.values()].map(({ keys }) => keys));
  return [...kept].map(([hash, { sample }], i) => ({ sample, hash, family: family[i]! }));
}

/**
 * What a question may not share with one in another split: its words, but for case, white space and punctuation, and its
 * cluster.
 */
export function questionKeys(sample: Sample): string[] {
  return keysOf(plainText(sample), sample);
}

function keysOf(text: string, { cluster }: Sample): string[] {
  return [bareText(text), ...(cluster === undefined ? [] : [`cluster\n${cluster}`])];
}

function plainText({ question, prompt }: Sample): string {
  return withSpaces((question ?? prompt).normalize("NFKC").toLowerCase());
}

/** One space for each run of white space; most are that already. */
function withSpaces(text: string): string {
  return text.replace(/[^\S ]\s*| \s+/gu, " ").trim();
}

/** Without punctuation, but for what is part of a number or a formula: "1.5", "7 - 2". */
function bareText(text: string): string {
  return withSpaces(text.replace(/(?<!\d)[.,]|[.,](?!\d)|[^\P{P}.,%*/-]/gu, " "));
}

function goesBefore(a: Sample, b: Sample): boolean {
  const rank = ({ split }: Sample) => (split === undefined ? -1 : KEPT_FIRST.indexOf(split));
  return rank(a) < rank(b) || (rank(a) === rank(b) && a.id < b.id);
}

/** Which split a question goes to; undefined for one that another split has in almost the same words. */
function assignment(questions: readonly Question[]): (question: Question) => SplitName | undefined {
  if (questions.every(({ sample }) => sample.split === undefined)) {
    return ({ family }) => {
      const at = fraction(family);
      return at < TRAIN_PART ? "train" : at < TRAIN_PART + VALIDATION_PART ? "validation" : "test";
    };
  }
  const cutsTrain = questions.every(({ sample }) => sample.split !== "validation");
  const trainPart = TRAIN_PART / (TRAIN_PART + VALIDATION_PART);
  const named = ({ sample, family }: Question): SplitName =>
    cutsTrain && sample.split === "train" && fraction(family) >= trainPart ? "validation" : sample.split!;
  const first = new Map<string, SplitName>();
  for (const split of [...KEPT_FIRST].reverse()) {
    for (const question of questions) if (named(question) === split) first.set(question.family, split);
  }
  return (question) => (first.get(question.family) === named(question) ? named(question) : undefined);
}

/** In an order that follows from seed and text, with the groups spread evenly. */
function stratified(questions: readonly Question[], seed: number): Sample[] {
  const groups = new Map<string | undefined, { sample: Sample; order: string }[]>();
  for (const { sample, hash } of questions) {
    const group = groups.get(sample.group) ?? [];
    groups.set(sample.group, group);
    group.push({ sample, order: sha256(`${seed}\n${hash}`) });
  }
  return [...groups.values()]
    .flatMap((group) =>
      group
        .sort((a, b) => compare(a.order, b.order))
        .map((question, i) => ({ ...question, at: (i + 0.5) / group.length })),
    )
    .sort((a, b) => a.at - b.at || compare(a.order, b.order))
    .map(({ sample }) => sample);
}

/** The seed that begins at the beginning. */
const FIRST_SEED = 42;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** In [0, 1): multiples of the golden ratio, however many, are evenly spread (Steinhaus's three gaps, Swierczkowski 1958). */
function placeOf(seed: number): number {
  const turns = (seed - FIRST_SEED) * GOLDEN;
  return turns - Math.floor(turns);
}

function begunAt(place: number, samples: readonly Sample[]): Sample[] {
  const first = Math.floor(place * samples.length);
  return [...samples.slice(first), ...samples.slice(0, first)];
}

/** Evenly spread over [0, 1): the first 48 bits. */
function fraction(hash: string): number {
  return parseInt(hash.slice(0, 12), 16) / 2 ** 48;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
