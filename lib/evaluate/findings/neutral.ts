import type { ArmSummary } from "../evaluation";
import type { Finding } from "./finding";

/** What steering does where nothing is asked. */
export function neutralFindings({ name, neutral }: ArmSummary, arms: readonly ArmSummary[]): Finding[] {
  const before = arms[0]!.neutral;
  if (neutral === null || before === null) return [];
  const perplexity = `perplexity ${before.perplexity.toPrecision(3)} to ${neutral.perplexity.toPrecision(3)}`;
  const clause = `on neutral text ${name} moves the model by ${neutral.meanKl.toPrecision(2)} nats a token, ${perplexity}`;
  return [{ clause, doubt: false }];
}
