import { fuzz } from "./fuzz";
import { KINDS, type KindName } from "./kinds";

const COUNT = 60;
/** Of those that are read within a millisecond or two. */
const COUNTS: Partial<Record<KindName, number>> = { npz: 5000, pickle: 5000, catalogue: 5000 };

test.each(Object.keys(KINDS) as KindName[])(
  "a damaged %s file is opened or refused by name",
  async (kind) => {
    const count = COUNTS[kind] ?? COUNT;
    const { findings, outcomes } = await fuzz(kind, { seed: 1, count });
    expect(findings).toEqual([]);
    const n = (outcome: string) => outcomes.get(outcome) ?? 0;
    expect(n("opened")).toBeGreaterThan(count / 20); // they are not all refused at the first byte
    expect(n("opened")).toBeLessThan(count);
  },
  600_000,
);
