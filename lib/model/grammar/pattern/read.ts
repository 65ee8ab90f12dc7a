import type { Place } from "../keywords";
import { type Characters, characters, others } from "./characters";
import { CLASSES, IN_LINE } from "./classes";
import type { Edge, Expression } from "./expression";

const MOST_CHARACTERS = 10_000;
/** Groups in each other. */
const MOST_NESTED = 100;
/** Repetitions that a grammar counts. */
const MOST_TIMES = 999_999_999;

/** Letters behind a backslash, and the characters that they mean. */
const LETTERS: Readonly<Record<string, number>> = { t: 0x09, n: 0x0a, v: 0x0b, f: 0x0c, r: 0x0d, "0": 0 };

/**
 * What a regular expression says, in the syntax of `RegExp` with the flag `u`, as JSON Schema wants.
 *
 * @throws ERR_SCHEMA what is none, or has more than characters, classes, groups, repetitions, alternatives, `^` and `$`
 */
export function readPattern(pattern: unknown, place: Place): Expression<Edge> {
  if (typeof pattern !== "string") throw place.refuse("expected a regular expression");
  if (pattern.length > MOST_CHARACTERS) throw place.refuse(`more than ${MOST_CHARACTERS} characters`);
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    throw place.refuse((error as Error).message);
  }
  return new PatternReader(pattern, place).either(0);
}

/** By recursive descent; what `RegExp` takes for one is well formed. */
class PatternReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(
    pattern: string,
    readonly place: Place,
  ) {
    this.#characters = Array.from(pattern);
  }

  either(depth: number): Expression<Edge> {
    if (depth > MOST_NESTED) throw this.place.refuse(`more than ${MOST_NESTED} groups in each other`);
    const parts = [this.#sequence(depth)];
    while (this.#takes("|")) parts.push(this.#sequence(depth));
    return parts.length === 1 ? parts[0]! : { kind: "either", parts };
  }

  #sequence(depth: number): Expression<Edge> {
    const parts: Expression<Edge>[] = [];
    while (this.#at < this.#characters.length && !this.#isNext("|") && !this.#isNext(")")) {
      const sign = (["^", "$"] as const).find((each) => this.#takes(each));
      parts.push(sign ? { kind: "edge", sign } : this.#repeated(this.#atom(depth)));
    }
    return { kind: "sequence", parts };
  }

  #atom(depth: number): Expression<Edge> {
    if (this.#takes("(")) {
      this.#groupName();
      const group = this.either(depth + 1);
      this.#takes(")");
      return group;
    }
    return { kind: "characters", set: this.#set() };
  }

  #set(): Characters {
    if (this.#takes(".")) return IN_LINE;
    if (this.#takes("[")) return this.#class();
    return this.#one();
  }

  /** What stands behind the parenthesis of a group that is not numbered. */
  #groupName(): void {
    if (!this.#takes("?") || this.#takes(":")) return;
    const begin = this.#at - 2;
    if (this.#takes("<") && !this.#isNext("=") && !this.#isNext("!")) {
      while (!this.#takes(">")) this.#at++;
      return;
    }
    this.#at++;
    throw this.#unknown(begin);
  }

  /** A part with what follows it of how often; as few as will do are as good as any. */
  #repeated(part: Expression<Edge>): Expression<Edge> {
    const [least, most] = this.#times() ?? [1, 1];
    this.#takes("?");
    if (Math.max(least, most === Infinity ? 0 : most) > MOST_TIMES) {
      throw this.place.refuse(`more than ${MOST_TIMES} times`);
    }
    return least === 1 && most === 1 ? part : { kind: "repeated", part, least, most };
  }

  #times(): readonly [number, number] | undefined {
    if (this.#takes("*")) return [0, Infinity];
    if (this.#takes("+")) return [1, Infinity];
    if (this.#takes("?")) return [0, 1];
    if (!this.#takes("{")) return undefined;
    const [least, most = least] = this.#until("}").split(",");
    return [Number(least), most === "" ? Infinity : Number(most)];
  }

  /** Behind its bracket. */
  #class(): Characters {
    const isOfOthers = this.#takes("^");
    const ranges: Characters[number][] = [];
    while (!this.#takes("]")) {
      const set = this.#inClass();
      const isRange = this.#isNext("-") && this.#characters[this.#at + 1] !== "]";
      if (isRange) this.#at++;
      ranges.push(...(isRange ? [[set[0]![0], this.#inClass()[0]![1]] as const] : set));
    }
    const set = isOfOthers ? others(ranges) : characters(ranges);
    if (set.length === 0) throw this.place.refuse("no character is of one of its classes");
    return set;
  }

  /** One character of a class, where it may be half of a surrogate pair, or a class. */
  #inClass(): Characters {
    if (this.#takes("\\")) return this.#takes("b") ? single(0x08) : this.#escape();
    return single(this.#next().codePointAt(0)!);
  }

  #one(): Characters {
    const set = this.#takes("\\") ? this.#escape() : single(this.#next().codePointAt(0)!);
    if (isSurrogate(set[0]![0])) throw this.place.refuse("half a surrogate pair is no character");
    return set;
  }

  /** Behind its backslash. */
  #escape(): Characters {
    const begin = this.#at - 1;
    const letter = this.#next();
    if (Object.hasOwn(CLASSES, letter)) return CLASSES[letter]!;
    if (Object.hasOwn(LETTERS, letter)) return single(LETTERS[letter]!);
    if (letter === "c") return single(this.#next().codePointAt(0)! % 32);
    if (letter === "x") return single(this.#hex(2));
    if (letter === "u") return single(this.#takes("{") ? Number.parseInt(this.#until("}"), 16) : this.#unit());
    if (/\w/.test(letter)) throw this.#unknown(begin);
    return single(letter.codePointAt(0)!);
  }

  /** Four digits, or twice four of a surrogate pair. */
  #unit(): number {
    const high = this.#hex(4);
    const [, low] = /^\\u(d[c-f]..)$/i.exec(this.#characters.slice(this.#at, this.#at + 6).join("")) ?? [];
    if (high < 0xd800 || high > 0xdbff || low === undefined) return high;
    this.#at += 6;
    return String.fromCharCode(high, Number.parseInt(low, 16)).codePointAt(0)!;
  }

  #hex(digits: number): number {
    this.#at += digits;
    return Number.parseInt(this.#characters.slice(this.#at - digits, this.#at).join(""), 16);
  }

  #unknown(begin: number) {
    const name = this.#characters.slice(begin, this.#at).join("");
    return this.place.refuse(`${name} in a regular expression can't be held to`);
  }

  #until(sign: string): string {
    const begin = this.#at;
    while (!this.#takes(sign)) this.#at++;
    return this.#characters.slice(begin, this.#at - 1).join("");
  }

  #isNext(sign: string): boolean {
    return this.#characters[this.#at] === sign;
  }

  #takes(sign: string): boolean {
    const does = this.#isNext(sign);
    if (does) this.#at++;
    return does;
  }

  #next(): string {
    return this.#characters[this.#at++]!;
  }
}

/** No class of several characters begins with one. */
function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function single(code: number): Characters {
  return [[code, code]];
}
