import { expectRefusals } from "./expect-refusals";
import { KINDS, PUBLISHERS_FILES, type KindName } from "./kinds";

const COUNT = 60;
/** Of those that are read within a few milliseconds. */
const COUNTS: Partial<Record<KindName, number>> = { extracted: 5000, hub: 5000, catalogue: 5000, steering: 10_000 };

/** The others have a file of their own, so that both processors work to the end. */
const names = (Object.keys(KINDS) as KindName[]).filter((name) => !PUBLISHERS_FILES.includes(name));

test.each(names)(
  "a damaged %s file is opened or refused by name",
  (kind) => expectRefusals(kind, COUNTS[kind] ?? COUNT),
  600_000,
);
