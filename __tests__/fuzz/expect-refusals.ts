import { fuzz } from "./fuzz";
import type { KindName } from "./kinds";

/** Opens damaged files of a kind: none is a finding, and they are not all refused at the first byte. */
export async function expectRefusals(kind: KindName, count: number): Promise<void> {
  const { findings, outcomes } = await fuzz(kind, { seed: 1, count });
  expect(findings).toEqual([]);
  const nOpened = outcomes.get("opened") ?? 0;
  expect(nOpened).toBeGreaterThan(count / 20);
  expect(nOpened).toBeLessThan(count);
}
