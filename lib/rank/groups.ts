import { invalidArgument } from "../errors";
import type { Groups } from "../statistics/groups";
import type { Variable } from "./variables";

/** A group for each value of a variable. @throws ERR_INVALID_ARGUMENT when most samples would be alone */
export function groupsOf(name: string, variable: Variable): Groups {
  const numbers = new Map<number | string, number>();
  const sizes: number[] = [];
  const of = Uint32Array.from(variable as readonly (number | string)[], (value) => {
    const number = numbers.get(value) ?? sizes.push(0) - 1;
    numbers.set(value, number);
    sizes[number]! += 1;
    return number;
  });
  if (sizes.length * 2 > of.length) {
    const found = `${name}, which has ${sizes.length} values in ${of.length} samples`;
    throw invalidArgument("stratifyBy", "a variable of few values", found);
  }
  return { of, sizes };
}
