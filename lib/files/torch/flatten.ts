import { TorchTensor, type TorchValue } from "./values";

/** A value that is no tensor. */
export type PlainValue = null | boolean | number | string;

export interface TorchContents {
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  readonly values: ReadonlyMap<string, PlainValue>;
}

const MAX_DEPTH = 8;
/** A pickle may name one value many times over, and one within itself: these bound what becomes of it. */
const MAX_VALUES = 2 ** 17;
const MAX_NAME = 255;

/**
 * What a dict holds, by the keys and list indices that lead there, joined with dots.
 * @throws RangeError when it is no dict, or two names are the same
 */
export function flatten(root: TorchValue): TorchContents {
  const tensors = new Map<string, TorchTensor>();
  const values = new Map<string, PlainValue>();
  let visited = 0;
  const visit = (value: TorchValue, name: string, depth: number): void => {
    if (++visited > MAX_VALUES) throw new RangeError(`it holds more than ${MAX_VALUES} values`);
    if (name.length > MAX_NAME) throw new RangeError(`it has a name of ${name.length} characters`);
    if (tensors.has(name) || values.has(name)) throw new RangeError(`two of its values are ${name}`);
    if (value instanceof TorchTensor) tensors.set(name, value);
    else if (isPlain(value)) values.set(name, value);
    else if (!(value instanceof Map || Array.isArray(value))) throw new RangeError(`${name} is no value`);
    else if (depth === MAX_DEPTH) throw new RangeError(`${name} is a dict within ${depth} others`);
    else for (const [key, inner] of value.entries()) visit(inner, `${name}.${key}`, depth + 1);
  };
  if (!(root instanceof Map)) throw new RangeError("it holds no dict of tensors");
  for (const [key, value] of root) visit(value, String(key), 1);
  return { tensors, values };
}

function isPlain(value: TorchValue): value is PlainValue {
  return value === null || typeof value !== "object";
}
