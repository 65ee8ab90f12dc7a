import type { Evaluation } from "../../../lib/evaluate/evaluation";
import type { ArmInOrders } from "../../../lib/evaluate/orders/orders-summary";
import { ordersSection } from "../../../lib/report/sections/orders";
import { sectionHtml } from "../../../lib/report/sections/section";

const change = (difference: number, adjustedP: number) => ({
  ...{ difference, interval: [difference - 0.1, difference + 0.1] as const },
  ...{ pValue: adjustedP / 2, adjustedP },
});

const arm = (name: string, more: Partial<ArmInOrders> = {}): ArmInOrders => ({
  ...{ name, auroc: 0.55, aurocInterval: [0.48, 0.62], goldLogProbability: -1.384, accuracy: 0.25, change: null },
  letters: [
    { choice: "A", likeliest: 0.2, gold: 0.25 },
    { choice: "B", likeliest: 0.8, gold: 0.75 },
  ],
  letterBias: 0.05,
  ...more,
});

const section = (orders?: Evaluation["orders"]) => ordersSection({ ...(orders && { orders }) } as Evaluation);

it("shows of each arm what it knows, the difference and the letter that it likes most", () => {
  const steered = arm("A", {
    auroc: 0.65,
    accuracyOverOrders: 0.4567,
    change: { auroc: change(0.1, 0.034), goldLogProbability: change(-0.5, 0.4) },
  });
  const shown = section({ n: 100, nPrompts: 400, nOrders: 4, arms: [arm("baseline"), steered] })!;
  const text = sectionHtml(shown).text.replaceAll(/\s+/g, " ");
  expect(text).toContain("<strong>55.0 %</strong> <small>48.0 % to 62.0 %</small>");
  expect(text).toContain('<strong>+10.0</strong> <small>0.0 to +20.0</small></td><td class="keep">0.034</td>');
  expect(text).toContain("<strong>−0.500</strong> <small>−0.600 to −0.400</small></td><td >0.400</td>");
  expect(text).toContain("<code>B</code> 80.0 % <small>right in 75.0 %</small>");
  expect(text).toContain("<td >45.7 %</td>");
  expect(text).toContain("100 questions in up to 4 orders, 400 prompts");
});

it("is not there where orders were not asked", () => {
  expect(section()).toBeUndefined();
});
