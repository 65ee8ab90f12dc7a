import type { Sample } from "../data/sample";
import { sha256Of } from "../files/hash";
import { taskIdentity } from "../tasks/identity";
import type { Task } from "../tasks/task";
import { isFormatValid } from "./answer";
import type { ArmAnswer } from "./arm-answer";
import { ask, type Answered, type AskOptions, type Beside } from "./ask";
import type { Way } from "./forks";
import type { AnsweredBlock, SharedAnswers, ToldBeside, ToldOfAnswer } from "./shared-answers";

/** As all arms answered, of each arm the answers. */
export function byArm(answered: readonly (readonly Answered[])[]): Pick<AnsweredBlock, "answers" | "receipts"> {
  return {
    answers: answered.map((ofArm) => ofArm.map(armAnswer)),
    receipts: answered.map((ofArm) => ofArm.map(({ result }) => result.receipt)),
  };
}

/** On an engine of its own: what it computes does not depend on which blocks were answered here before. */
export async function answerBlock(
  shared: SharedAnswers,
  task: Task,
  samples: readonly Sample[],
  ways: readonly Way[],
  { beside, onDone, signal }: AskOptions,
): Promise<AnsweredBlock> {
  const begun = performance.now();
  await using engine = await shared.openEngine(ways.length);
  const told: ToldBeside[] = [];
  const recorded = beside && {
    ...{ what: beside.what, runsOf: beside.runsOf },
    onAnswered: (_: Sample, own: readonly ToldOfAnswer[], others: ToldBeside["beside"]) => {
      told.push({ own: own.map(toldOf), beside: others.map(({ branches }) => ({ branches: branches.map(toldOf) })) });
    },
  };
  const answered = await ask(engine, task, samples, ways, { beside: recorded, onDone, signal });
  const { decodedTokens } = engine.statistics();
  return { ...byArm(answered), beside: told, decodedTokens, seconds: (performance.now() - begun) / 1000 };
}

function toldOf({ choiceLogProbabilities, receipt }: ToldOfAnswer): ToldOfAnswer {
  return { choiceLogProbabilities: [...choiceLogProbabilities], receipt };
}

/** Of all that bears on the answers but the model. */
export function blockKey(
  task: Task,
  samples: readonly Sample[],
  ways: readonly Way[],
  beside: Beside | undefined,
): string {
  const how = ways.map(({ steering, constrained }) => [steering?.fingerprint ?? null, constrained ?? false]);
  return sha256Of([JSON.stringify([taskIdentity(task), samples, how, beside?.what ?? null])]);
}

function armAnswer({ sample, result, answer: { completion, margin }, scored }: Answered): ArmAnswer {
  const formatValid = isFormatValid(completion, sample);
  return {
    completion: result.text,
    ...scored,
    generatedTokens: result.tokens.length,
    stopReason: result.stopReason,
    ...(margin !== undefined && { margin }),
    ...(formatValid !== undefined && { formatValid }),
  };
}
