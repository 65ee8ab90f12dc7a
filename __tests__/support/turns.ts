/** How often JavaScript's thread gets its turn until `work` is settled: a blocked one gets none, whatever the clock says. */
export async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(turn);
  function turn() {
    turns++;
    next = setImmediate(turn);
  }
  try {
    await work;
  } finally {
    clearImmediate(next);
  }
  return turns;
}
