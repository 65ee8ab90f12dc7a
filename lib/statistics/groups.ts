/** Samples of one group change places with each other when scores are permuted, and r is of what varies within groups. */
export interface Groups {
  /** [n], the number of each sample's group. */
  readonly of: Uint32Array;
  readonly sizes: readonly number[];
}

export function oneGroup(n: number): Groups {
  return { of: new Uint32Array(n), sizes: [n] };
}

/** A group for each label, numbered as they come. */
export function groupsOfLabels(labels: Iterable<number | string>): Groups {
  const numbers = new Map<number | string, number>();
  const sizes: number[] = [];
  const of = Uint32Array.from(labels, (label) => {
    const number = numbers.get(label) ?? sizes.push(0) - 1;
    numbers.set(label, number);
    sizes[number]! += 1;
    return number;
  });
  return { of, sizes };
}

/** Each group parted by the labels of its samples. */
export function partedBy({ of, sizes }: Groups, labels: Iterable<number | string>): Groups {
  const own = groupsOfLabels(labels);
  return groupsOfLabels(of.map((group, sample) => group + sizes.length * own.of[sample]!));
}

/** The samples of each group, ascending. */
export function membersOf({ of, sizes }: Groups): number[][] {
  const members: number[][] = sizes.map(() => []);
  of.forEach((group, sample) => members[group]!.push(sample));
  return members;
}
