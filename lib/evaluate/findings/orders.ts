import { BASELINE } from "../arms";
import { isBaselineMethod } from "../controls/control-arm";
import type { ArmSummary, Evaluation } from "../evaluation";
import { favouriteLetter } from "../orders/letter-shares";
import type { ArmInOrders, OrdersChange } from "../orders/orders-summary";
import { isShown } from "../summary";
import { listed, percent, points, probability, span } from "../wording";
import { ALPHA } from "../../statistics/alpha";
import { givesOneAnswer } from "./degenerate";
import type { Finding } from "./finding";

/** Above this share of one letter, accuracy counts the questions whose answer has that letter, and nothing else. */
const ONE_LETTER = 0.9;

/**
 * Whether the gold option is likelier than before, whatever letters are liked: said where it is, of what gains, and where accuracy
 * can't tell.
 */
export function orderFindings(arm: ArmSummary, arms: readonly ArmSummary[], orders: Evaluation["orders"]): Finding[] {
  return [...profileFindings(arm, orders), ...insteadFindings(arm, arms, orders)];
}

function profileFindings(arm: ArmSummary, orders: Evaluation["orders"]): Finding[] {
  const ofArm = (name: string) => orders?.arms.find((other) => other.name === name);
  const [before, after] = [ofArm(BASELINE), ofArm(arm.name)];
  if (!before || !after?.change) return [];
  const { difference, adjustedP } = after.change.auroc;
  const differs = adjustedP < ALPHA;
  const blind = [before, after].flatMap(oneLetter);
  const gains = isShown(arm) && arm.comparison!.difference > 0;
  if (!differs && !gains && blind.length === 0) return [];
  const knows = differs ? `knows ${difference > 0 ? "more" : "less"}` : "is not shown to know more";
  const pairs =
    `over ${orders!.nOrders} orders of the options, which favour no letter, ${arm.name} ${knows}: ` +
    `the right option is likelier than a wrong one in ${percent(before.auroc)} to ${percent(after.auroc)} of pairs ` +
    `(${changeText(after.change.auroc)}, n = ${orders!.n})`;
  const doubt = gains && !(differs && difference > 0);
  const isSaid = givesOneAnswer(arm) || arm.reading?.is === "format";
  const brief = isSaid ? null : `over other orders of the options ${arm.name} ${knows}`;
  if (blind.length === 0) return [{ clause: pairs, doubt, brief }];
  return [{ clause: `${listed(blind)}, so that accuracy there can detect nothing; ${pairs}`, doubt, brief }];
}

/** What needs no SAE, where in the profile's place it is shown to know more. */
function insteadFindings(arm: ArmSummary, arms: readonly ArmSummary[], orders: Evaluation["orders"]): Finding[] {
  const instead = arms.filter(({ role, profile }) => isBaselineMethod(role) && profile === arm.name);
  return instead
    .filter((other) => knowsMore(other, orders))
    .map(({ name }) => {
      const { auroc, change } = orders!.arms.find((other) => other.name === name)!;
      const pairs = `${percent(auroc)} of pairs (${changeText(change!.auroc)})`;
      return { clause: `over these orders ${name}, which needs no SAE, knows more: ${pairs}`, doubt: false };
    });
}

function changeText({ difference, interval, adjustedP }: OrdersChange): string {
  return `${points(difference)} points, 95 % interval ${span(interval, points)}, p = ${probability(adjustedP)}`;
}

/** Whether that is shown, whatever letters are liked. */
export function knowsMore(arm: Pick<ArmSummary, "name">, orders: Evaluation["orders"]): boolean {
  const auroc = orders?.arms.find(({ name }) => name === arm.name)?.change?.auroc;
  return auroc !== undefined && auroc.adjustedP < ALPHA && auroc.difference > 0;
}

function oneLetter(arm: ArmInOrders): string[] {
  const { choice, likeliest } = favouriteLetter(arm);
  if (likeliest < ONE_LETTER) return [];
  return [`forced answers of ${arm.name} are ${JSON.stringify(choice)} in ${percent(likeliest)}`];
}
