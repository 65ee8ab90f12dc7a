import { type Command, InvalidArgumentError } from "commander";

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw new InvalidArgumentError("expected a number");
  return value;
}

/** A number such as "500k" or "2M", in thousands. */
export function count(text: string): number {
  const [, digits, unit = ""] = /^\s*([\d.]+)([kMG]?)\s*$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidArgumentError("expected a number such as 500k or 2M");
  return number(digits) * 1000 ** ["", "k", "M", "G"].indexOf(unit);
}

/** "all", or layers and ranges of layers such as "0,3,5-9". */
export function layers(text: string): "all" | number[] {
  if (text === "all") return text;
  return text.split(",").flatMap((part) => {
    const [, first, last = first] = /^\s*(\d+)(?:-(\d+))?\s*$/.exec(part) ?? [];
    if (first === undefined || last === undefined || Number(last) < Number(first)) {
      throw new InvalidArgumentError('expected "all" or layers such as 0,3,5-9');
    }
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i);
  });
}

/** Items between commas; "none" is the empty list. */
export function list(text: string): string[] {
  return text === "none" ? [] : text.split(",").map((item) => item.trim());
}

export function numbers(text: string): number[] {
  return list(text).map(number);
}

/** Items such as 5=-1.5 between commas. */
export function numbersById(text: string): Record<string, number> {
  const entries = list(text).map((item) => {
    const [, id, value] = /^(\d+)=(.+)$/.exec(item) ?? [];
    if (id === undefined || value === undefined)
      throw new InvalidArgumentError("expected ids with numbers, such as 5=-1.5");
    return [id, number(value)] as const;
  });
  return Object.fromEntries(entries);
}

/** Adds options under a heading of their own in the help; those added later are under "Options:" again. */
export function under(heading: string, command: Command, add: (command: Command) => Command): Command {
  return add(command.optionsGroup(heading)).optionsGroup("Options:");
}

/** What `findSaes` takes: a folder, or entries `layer=path`. */
export function saeSource(entries: string[]): string | string[] {
  const [only, ...others] = entries;
  return only !== undefined && others.length === 0 && !/^\d+=/.test(only) ? only : entries;
}
