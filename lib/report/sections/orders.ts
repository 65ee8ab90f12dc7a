import type { Evaluation } from "../../evaluate/evaluation";
import { favouriteLetter } from "../../evaluate/orders/letter-shares";
import type { ArmInOrders, OrdersChange } from "../../evaluate/orders/orders-summary";
import { percent, points, pValue, signed } from "../format";
import { html, type Html } from "../html";
import { quantity } from "../../quantity";
import { section, type Section } from "./section";
import { table, type Column } from "./table";

const COLUMNS: readonly Column<ArmInOrders>[] = [
  { heading: "arm", cell: ({ name }) => name },
  { heading: "right over wrong", cell: ({ auroc, aurocInterval }) => estimate(percent(auroc), aurocInterval, percent) },
  { heading: "difference", cell: ({ change }) => change && difference(change.auroc, points) },
  { heading: "p", keep: true, cell: ({ change }) => change && pValue(change.auroc.adjustedP) },
  { heading: "log p of right", cell: ({ goldLogProbability }) => signed(goldLogProbability) },
  { heading: "difference", cell: ({ change }) => change && difference(change.goldLogProbability, signed) },
  { heading: "p", cell: ({ change }) => change && pValue(change.goldLogProbability.adjustedP) },
  {
    heading: "accuracy over orders",
    cell: ({ accuracyOverOrders: accuracy }) => accuracy !== undefined && percent(accuracy),
  },
  { heading: "accuracy", cell: ({ accuracy }) => percent(accuracy) },
  { heading: "letter bias", cell: ({ letterBias }) => percent(letterBias) },
  { heading: "commonest letter", cell: (arm) => commonest(favouriteLetter(arm)) },
];

/** What baseline and profiles know of the right options, whatever letters they like. */
export function ordersSection({ orders }: Evaluation): Section | undefined {
  if (!orders) return undefined;
  const { n, nPrompts, nOrders, arms } = orders;
  return section(
    "orders",
    "With the options in other orders",
    table("With the options in other orders", COLUMNS, arms),
    html`<p class="note">
      ${quantity(n, "question")} in up to ${nOrders} orders, ${quantity(nPrompts, "prompt")}: each option stands once at
      each letter, so that a liking for a letter favours none. Right over wrong: how many of a question's wrong options
      are less likely than the right one; 50 % is chance. Log p: of the right option among them. Accuracy over orders:
      it is the likeliest of all, as if each question were asked in all orders. Accuracy, of single prompts, does depend
      on letters: letter bias is the share of answers that would have to change their letter to have those of the right
      options.
    </p>`,
  );
}

function estimate(value: string, [low, high]: readonly [number, number], text: (value: number) => string): Html {
  return html`<strong>${value}</strong> <small>${text(low)} to ${text(high)}</small>`;
}

function difference({ difference, interval }: OrdersChange, text: (value: number) => string): Html {
  return estimate(text(difference), interval, text);
}

function commonest({ choice, likeliest, gold }: ArmInOrders["letters"][number]): Html {
  return html`<code>${choice}</code> ${percent(likeliest)} <small>right in ${percent(gold)}</small>`;
}
