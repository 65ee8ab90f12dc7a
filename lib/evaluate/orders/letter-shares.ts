import { sum } from "../../statistics/mean";
import type { OrderedOutcome, OrderedSample } from "./other-orders";
import type { ArmInOrders } from "./orders-summary";

/** Which letters answers are at that are forced to the choices, and how often that is right. */
export function letterShares(
  questions: readonly OrderedSample[],
  { logProbabilities }: OrderedOutcome,
): Pick<ArmInOrders, "accuracy" | "letters" | "letterBias"> {
  const counts = new Map<string, { likeliest: number; gold: number }>();
  let [nPrompts, right] = [0, 0];
  for (const [q, { sample, places }] of questions.entries()) {
    const choices = sample.choices!.map((choice) => choice.trim());
    for (const choice of choices) if (!counts.has(choice)) counts.set(choice, { likeliest: 0, gold: 0 });
    for (const [o, [gold]] of places.entries()) {
      const ofChoices = logProbabilities[q]![o]!;
      const likeliest = ofChoices.indexOf(Math.max(...ofChoices));
      nPrompts += 1;
      right += Number(likeliest === gold);
      counts.get(choices[likeliest]!)!.likeliest += 1;
      counts.get(choices[gold!]!)!.gold += 1;
    }
  }
  const letters = [...counts].map(([choice, { likeliest, gold }]) => ({
    choice,
    likeliest: likeliest / nPrompts,
    gold: gold / nPrompts,
  }));
  return {
    accuracy: right / nPrompts,
    letters,
    letterBias: sum(letters.map(({ likeliest, gold }) => Math.abs(likeliest - gold))) / 2,
  };
}

/** The letter that forced answers have most often. */
export function favouriteLetter({ letters }: Pick<ArmInOrders, "letters">): ArmInOrders["letters"][number] {
  return letters.reduce((most, next) => (next.likeliest > most.likeliest ? next : most));
}
