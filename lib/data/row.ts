import type { SteeringError } from "../errors";
import { datasetError } from "./dataset-error";

/** Characters: no context holds as many, and a packed file of a few bytes may unpack to any number. */
export const LONGEST_ROW = 2 ** 24;

/**
 * One record of a data file, read field by field. Each reading method throws `ERR_DATASET_FORMAT` that names path, row
 * and field when the field is missing or is something else.
 */
export class Row {
  constructor(
    readonly path: string,
    /** Line of the file where the record begins, from 1. */
    readonly number: number,
    private readonly values: Readonly<Record<string, unknown>>,
    /** Of the field names in errors: "question." of a record within a record. */
    private readonly prefix = "",
  ) {}

  /** A string with more than white space in it, as it stands. */
  text(field: string): string {
    const value = this.values[field];
    if (typeof value !== "string" || value.trim() === "") throw this.reject(field, "a non-empty string", value);
    return value;
  }

  /** As `text`, or a number as its shortest text: 12.0 is "12". */
  textOrNumber(field: string): string {
    const value = this.values[field];
    if (typeof value !== "number") return this.text(field);
    if (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return String(value);
    throw this.reject(field, "a string where a number has this many digits", value);
  }

  /** As `textOrNumber`; undefined for a field that is absent, null or an empty string. */
  optionalTextOrNumber(field: string): string | undefined {
    return this.isAbsent(field) ? undefined : this.textOrNumber(field);
  }

  /** As `text`; undefined for a field that is absent, null or an empty string. */
  optionalText(field: string): string | undefined {
    return this.isAbsent(field) ? undefined : this.text(field);
  }

  /** As `optionalText`; undefined for white space alone, too. */
  textIfAny(field: string): string | undefined {
    const value = this.values[field];
    return typeof value === "string" && value.trim() === "" ? undefined : this.optionalText(field);
  }

  /** A list of strings, as it stands; undefined for a field that is absent or null. */
  optionalTexts(field: string): string[] | undefined {
    if (this.isAbsent(field)) return undefined;
    const value = this.values[field];
    const isTexts = Array.isArray(value) && value.every((item) => typeof item === "string" && item.trim() !== "");
    if (!isTexts) throw this.reject(field, "a list of non-empty strings", value);
    return value as string[];
  }

  /** As `optionalTexts`, of a field that is there and not empty. */
  texts(field: string): string[] {
    const texts = this.optionalTexts(field);
    if (texts === undefined || texts.length === 0) throw this.reject(field, "a list of non-empty strings", texts);
    return texts;
  }

  /** So many strings, of which some may be empty. */
  strings(field: string, count: number): string[] {
    const value = this.values[field];
    const isList = Array.isArray(value) && value.length === count && value.every((item) => typeof item === "string");
    if (!isList) throw this.reject(field, `a list of ${count} strings`, value);
    return value;
  }

  isList(field: string): boolean {
    return Array.isArray(this.values[field]);
  }

  /** A record within this one. */
  record(field: string): Row {
    return this.nested(field, this.values[field]);
  }

  /** A list of records within this one, not empty. */
  records(field: string): Row[] {
    const value = this.values[field];
    if (!Array.isArray(value) || value.length === 0) throw this.reject(field, "a list of objects", value);
    return value.map((item, i) => this.nested(`${field}[${i}]`, item));
  }

  /** A number (not its digits in a string) in [least, most]. */
  integer(field: string, least: number, most: number): number {
    const value = this.values[field];
    if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
      throw this.reject(field, `an integer in [${least}, ${most}]`, value);
    }
    return value as number;
  }

  oneOf<T extends string>(field: string, allowed: readonly T[]): T {
    const found = allowed.find((value) => value === this.values[field]);
    if (found === undefined) throw this.reject(field, `one of ${allowed.join(", ")}`, this.values[field]);
    return found;
  }

  /** The error for a field whose value does not do; for the checks that only a task knows. */
  reject(field: string, expected: string, found: unknown): SteeringError {
    const shown = found === undefined ? "nothing" : JSON.stringify(found, withoutBigInts);
    const place = { path: this.path, row: this.number, field: this.prefix + field };
    return datasetError(place, `expected ${expected}, found ${shorten(shown)}`);
  }

  private nested(field: string, value: unknown): Row {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.reject(field, "an object", value);
    }
    return new Row(this.path, this.number, value as Record<string, unknown>, `${this.prefix}${field}.`);
  }

  private isAbsent(field: string): boolean {
    return this.values[field] === undefined || this.values[field] === null || this.values[field] === "";
  }
}

/** For `JSON.stringify`: Parquet has integers of more digits than numbers have. */
export function withoutBigInts(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}
