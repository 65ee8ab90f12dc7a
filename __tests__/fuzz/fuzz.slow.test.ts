import { fuzz } from "./fuzz";
import { KINDS, type KindName } from "./kinds";

const COUNT = 300;

test.each(Object.keys(KINDS) as KindName[])(
  "a damaged %s file is opened or refused by name",
  async (kind) => {
    const { findings, outcomes } = await fuzz(kind, { seed: 1, count: COUNT });
    expect(findings).toEqual([]);
    const n = (outcome: string) => outcomes.get(outcome) ?? 0;
    expect(n("opened")).toBeGreaterThan(COUNT / 20); // they are not all refused at the first byte
    expect(n("opened")).toBeLessThan(COUNT);
  },
  600_000,
);
