/** Questions that runs selected on, and how many of them several did. */
export interface Overlap {
  readonly n: number;
  readonly shared: number;
}

/** @param runs ids of what each selected on */
export function overlapOf(runs: readonly (readonly string[])[]): Overlap {
  const times = new Map<string, number>();
  for (const id of runs.flat()) times.set(id, (times.get(id) ?? 0) + 1);
  return { n: times.size, shared: [...times.values()].filter((n) => n > 1).length };
}

/** Whether runs of several seeds are independent repetitions, as far as what they selected on goes. */
export function overlapText({ n, shared }: Overlap): string {
  if (shared === 0) return "No question was selected on under two of the seeds.";
  return `Of the ${n} questions selected on, ${shared} were under more than one seed: the seeds are no independent repetitions.`;
}
