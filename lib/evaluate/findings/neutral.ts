import type { ArmSummary } from "../evaluation";
import { round } from "../wording";
import type { Finding } from "./finding";

/** From this many times the perplexity on, text is text no more. */
const FALLS_APART = 10;

/** What steering does where nothing is asked. */
export function neutralFindings({ name, neutral }: ArmSummary, arms: readonly ArmSummary[]): Finding[] {
  const before = arms[0]!.neutral;
  if (neutral === null || before === null) return [];
  const moved = `on neutral text ${name} moves the model by ${neutral.meanKl.toPrecision(2)} nats a token`;
  const [from, to] = [round(before.perplexity), round(neutral.perplexity)];
  if (neutral.perplexity < FALLS_APART * before.perplexity) {
    return [{ clause: `${moved}, perplexity ${from} to ${to}`, doubt: false }];
  }
  const clause = `${moved}, and it falls apart: perplexity ${to}, from ${from}`;
  return [{ clause, doubt: true, brief: "neutral text falls apart" }];
}
