import type { Evaluation } from "../evaluate/evaluation";
import type { ArmInOrders, OrdersChange } from "../evaluate/orders/orders-summary";
import { favouriteLetter } from "../evaluate/orders/letter-shares";
import { hundredths, points, probability, span } from "../evaluate/wording";
import { table } from "./output";

/** What baseline and profiles know whatever letters they like; nothing where that was not asked for. */
export function ordersTable({ orders }: Pick<Evaluation, "orders">): string[] {
  if (!orders) return [];
  const header = ["right over wrong", "of pairs", "95 % interval", "difference", "95 % interval", "p"];
  const rows = orders.arms.map((arm) => [
    arm.name,
    hundredths(arm.auroc),
    span(arm.aurocInterval),
    ...auroc(arm.change?.auroc),
    arm.goldLogProbability.toFixed(3),
    arm.accuracyOverOrders === undefined ? "" : hundredths(arm.accuracyOverOrders),
    commonest(arm),
  ]);
  const key = `over ${orders.nOrders} orders of the options, which favour no letter; log p: the right option's, among them; right: it is the likeliest`;
  return ["", ...table([[...header, "log p", "right, %", "commonest"], ...rows]), `(${key})`];
}

function auroc(change: OrdersChange | undefined): string[] {
  if (!change) return ["", "", ""];
  return [points(change.difference), span(change.interval, points), probability(change.adjustedP)];
}

function commonest(arm: ArmInOrders): string {
  const { choice, likeliest } = favouriteLetter(arm);
  return `${choice} ${hundredths(likeliest)}`;
}
