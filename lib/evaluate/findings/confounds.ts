import type { Evaluation } from "../evaluation";
import { count } from "../wording";
import type { Finding } from "./finding";

/** What else explains the features that survive the null: one clause for all that leave none of them. */
export function confoundFindings(significance: Evaluation["significance"]): Finding[] {
  const explaining = significance?.confounds.filter(({ nSurvivors }) => nSurvivors === 0) ?? [];
  if (explaining.length === 0) return [];
  const conditions = explaining.map(({ variable, how }) =>
    how === "given" ? `given ${variable}` : `permuting within equal ${variable}`,
  );
  const features = count(explaining[0]!.features.length, "best feature");
  const given = conditions.join(" or ");
  return [
    {
      clause: `${given}, none of the ${features} beyond the null stays there`,
      doubt: true,
      brief: `${given}, none of the best features beyond the null stays there`,
    },
  ];
}
