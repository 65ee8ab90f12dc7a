import { featureNames } from "../sae/name";
import type { Ranking } from "./ranking";
import { OTHER_SIGN, type Sign } from "./sign";

type Null = NonNullable<Ranking["null"]>;
type Tested = Pick<Null, "alpha" | "otherSide"> & {
  readonly layers: readonly Pick<Null["layers"][number], "sae" | "layer" | "bestInsideNull">[];
};

/** Which side was tested and what lies on the other, where nothing was found, or something would be there. */
export function otherSideSentences(sign: Sign, { layers, alpha, otherSide }: Tested): string[] {
  const other = OTHER_SIGN[sign];
  if (!otherSide || !other) return [];
  const { r, familyWiseP } = otherSide;
  const isBeyond = familyWiseP <= alpha;
  if (!isBeyond && layers.some(({ bestInsideNull }) => !bestInsideNull)) return [];
  const found = `${featureNames(layers)(otherSide)}, family-wise p = ${familyWiseP.toFixed(3)} on that side`;
  return [
    `Only ${sign} r was tested: the strongest ${other} r is ${r.toFixed(3)} (${found}), ` +
      `${isBeyond ? `beyond chance, where --sign ${other} or both looks` : "within what chance gives"}.`,
  ];
}
