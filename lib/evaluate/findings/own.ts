import type { ArmSummary, Evaluation } from "../evaluation";
import { isShown } from "../summary";
import { count, percent, points } from "../wording";
import type { Finding } from "./finding";
import { unitOf } from "./unit";

/** What the arm's own numbers say against it: arithmetic, features inside the null, refusals of safe questions. */
export function ownFindings(
  arm: ArmSummary,
  arms: readonly ArmSummary[],
  significance: Evaluation["significance"],
): Finding[] {
  if (!isShown(arm)) return [];
  const found: Finding[] = [];
  const repeat = arms.find(({ role }) => role === "repeat")?.comparison;
  if (repeat && Math.abs(repeat.difference) >= Math.abs(arm.comparison!.difference) / 2) {
    found.push({
      clause: `the baseline run twice differs by ${points(repeat.difference)} points already`,
      doubt: true,
      brief: "the baseline run twice differs by half as much already",
    });
  }
  const inside = significance?.layers.filter(
    ({ layer, nativeLayer = layer, bestInsideNull }) =>
      bestInsideNull && arm.receipt.some((steered) => steered.layer === nativeLayer),
  );
  if (inside && inside.length > 0) {
    const clause = `the best feature of ${count(inside.length, unitOf(significance!.layers))} that ${arm.name} steers is inside the permutation null`;
    found.push({ clause, doubt: false });
  }
  const [before, after] = [arms[0]!.overRefusal, arm.overRefusal];
  if (before && after && after.refused > before.refused) {
    const clause = `refusals of safe questions go from ${percent(before.share)} to ${percent(after.share)}`;
    found.push({ clause, doubt: true, brief: "more safe questions are refused" });
  }
  return found;
}
