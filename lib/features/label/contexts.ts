import { readData, textName } from "../data-file";
import type { FeaturesManifest } from "../folder";
import type { Context, FeatureData, TextData } from "../format";
import type { RandomBelow } from "../../statistics/random";
import { shuffled } from "../../statistics/random";

/** Files of text that are kept; each has some 60 kB. */
const MOST_KEPT = 64;
/** Contexts that a name is asked for from: the strongest, and some of each fifth. */
const N_TOP = 10;
const N_OF_RANGE = 1;

/** The text of a folder of features, read file by file. */
export class FolderText {
  private readonly kept = new Map<string, Promise<TextData>>();

  constructor(
    private readonly directory: string,
    private readonly manifest: FeaturesManifest,
  ) {}

  /** The first position of the sequence that is seen from `position`, and the tokens of it that are in the window. */
  async window(from: number, position: number, to: number): Promise<{ begin: number; tokens: readonly string[] }> {
    const parts = await Promise.all(
      [...new Set([from, position, to].map((at) => this.clamped(at)).map(textName))].map((name) => this.part(name)),
    );
    const begins = new Set(parts.flatMap((part) => part.begins));
    const tokenAt = (at: number) => {
      const part = parts.find(({ first, tokens }) => at >= first && at < first + tokens.length);
      return part?.tokens[at - part.first];
    };
    let begin = position;
    while (begin > Math.max(0, from) && !begins.has(begin)) begin--;
    const tokens: string[] = [];
    for (let at = begin; at <= this.clamped(to) && (at <= position || !begins.has(at)); at++)
      tokens.push(tokenAt(at) ?? "");
    return { begin, tokens };
  }

  private clamped(position: number): number {
    return Math.min(Math.max(0, position), this.manifest.tokens - 1);
  }

  private part(name: string): Promise<TextData> {
    const known = this.kept.get(name) ?? readData<TextData>(this.directory, name);
    this.kept.delete(name);
    this.kept.set(name, known); // the last used last
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value!);
    return known;
  }

  /** The text around a position, in a line. */
  async around(position: number): Promise<string> {
    const { before, after } = this.manifest;
    return inALine((await this.window(position - before, position, position + after)).tokens.join(""));
  }

  /** The same of a context, with << >> around what is active. */
  async marked([position, , , around]: Context): Promise<string> {
    const { before, after } = this.manifest;
    const { begin, tokens } = await this.window(position - before, position, position + after);
    const active = new Set(around.filter((_, i) => i % 2 === 0).map((distance) => position + distance));
    const text = tokens.map((token, i) => (active.has(begin + i) ? `<<${token}>>` : token)).join("");
    return inALine(text.replaceAll(">><<", ""));
  }
}

/** Contexts that a label is made of: none near one that scores it. */
export function namingContexts({ top, ranges, heldOut }: FeatureData, { before, after }: FeaturesManifest): Context[] {
  const width = before + 1 + after;
  const isApart = ([position]: Context) => heldOut.every((other) => Math.abs(other - position) >= width);
  const strongest = top.filter(isApart).slice(0, N_TOP);
  const others = ranges.flatMap((range) => range.filter(isApart).slice(0, N_OF_RANGE));
  const known = new Set(strongest.map(([position]) => position));
  return [...strongest, ...others.filter(([position]) => !known.has(position))];
}

/** A text of which it is known whether the feature is active in it. */
export interface Judged {
  readonly text: string;
  readonly isActive: boolean;
}

/** As many contexts held out in which the feature is active as others in which it is not, at most `most` of each, mixed. */
export async function judgedContexts(
  text: FolderText,
  { heldOut, probes: bits }: FeatureData,
  { probes, before, after }: FeaturesManifest,
  most: number,
  random: RandomBelow,
): Promise<Judged[]> {
  const isQuiet = (_: number, probe: number) => ((bits[probe >> 5]! >>> (probe & 31)) & 1) === 0;
  const quiet = shuffled(probes.filter(isQuiet), random);
  const n = Math.min(most, heldOut.length, quiet.length);
  const active = heldOut.slice(0, n).map(async (position) => ({ text: await text.around(position), isActive: true }));
  const others = quiet.slice(0, n).map(async (begin) => {
    const { tokens } = await text.window(begin, begin, begin + before + after);
    return { text: inALine(tokens.join("")), isActive: false };
  });
  return shuffled(await Promise.all([...active, ...others]), random);
}

function inALine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
