import type { ArmSummary } from "../evaluation";
import { percent, round } from "../wording";
import type { Finding } from "./finding";

type Neutral = NonNullable<ArmSummary["neutral"]>;

/** A model of larger perplexity does not read such text to begin with: what steering does to it says nothing. */
const READS = 1000;
/** From this many times the perplexity on, text is text no more. */
const FALLS_APART = 10;
/** Where so many of the continuations go round, and so many more than without steering: small models loop by themselves. */
const GOES_ROUND = 0.5;
const MORE = 0.25;

/** What steering does where nothing is asked. */
export function neutralFindings({ name, neutral }: ArmSummary, arms: readonly ArmSummary[]): Finding[] {
  const before = arms[0]!.neutral;
  if (neutral === null || before === null) return [];
  const found = [...perplexityFindings(name, neutral, before), ...repetitionFindings(name, neutral, before)];
  return before.perplexity < READS ? found : found.map(({ clause }) => ({ clause, doubt: false }));
}

function perplexityFindings(name: string, neutral: Neutral, before: Neutral): Finding[] {
  const moved = `on neutral text ${name} moves the model by ${neutral.meanKl.toPrecision(2)} nats a token`;
  const [from, to] = [round(before.perplexity), round(neutral.perplexity)];
  if (neutral.perplexity < FALLS_APART * before.perplexity) {
    return [{ clause: `${moved}, perplexity ${from} to ${to}`, doubt: false }];
  }
  const clause = `${moved}, and it falls apart: perplexity ${to}, from ${from}`;
  return [{ clause, doubt: true, brief: "neutral text falls apart" }];
}

function repetitionFindings(name: string, { repeating }: Neutral, { repeating: before }: Neutral): Finding[] {
  if (repeating === undefined || before === undefined) return [];
  const clause = `of the neutral texts that ${name} goes on with, ${percent(repeating)} repeat themselves, from ${percent(before)}`;
  if (repeating < GOES_ROUND || repeating - before < MORE) return [{ clause, doubt: false }];
  return [{ clause, doubt: true, brief: "what it writes on neutral text goes round" }];
}
