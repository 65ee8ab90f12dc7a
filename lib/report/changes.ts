import { readEvaluatedSamples, type EvaluatedSample } from "../evaluate/evaluated-sample";
import type { ArmAnswer } from "../ask/arm-answer";
import type { ArmSummary, Evaluation } from "../evaluate/evaluation";
import type { Change, ChangedRow, Changes } from "./client/changes";
import { clip } from "./clip";

/** Beyond these, a page grows to tens of megabytes. */
const MAX_ROWS = 5000;
const PROMPT_LENGTH = 1600;
const ANSWER_LENGTH = 800;

/** Changed answers of a run's evaluation, and of how many questions the page leaves some out. */
export interface ChangedAnswers extends Changes {
  readonly nLeftOut: number;
}

/**
 * The questions that an arm answers otherwise than the arm that it is compared with. Draws of a control are left out:
 * they are there for their spread.
 *
 * @throws ERR_FILE_FORMAT
 */
export async function readChanges(
  directory: string,
  evaluation: Pick<Evaluation, "n" | "arms">,
): Promise<ChangedAnswers> {
  const shown = evaluation.arms.filter(
    ({ role, comparison }) => comparison && role !== "random" && role !== "shuffled",
  );
  const rows: ChangedRow[] = [];
  let nLeftOut = 0;
  for await (const sample of readEvaluatedSamples(directory, evaluation)) {
    const row = changedRow(sample, shown);
    if (!row) continue;
    if (rows.length < MAX_ROWS) rows.push(row);
    else nLeftOut += 1;
  }
  const names = shown.map(({ name }) => name).filter((name) => rows.some(({ changes }) => name in changes));
  return { arms: names, rows, nLeftOut };
}

function changedRow(sample: EvaluatedSample, arms: readonly ArmSummary[]): ChangedRow | undefined {
  const changes: Record<string, Change> = {};
  for (const { name, comparison } of arms) {
    const from = sample.arms[comparison!.with];
    const to = sample.arms[name];
    if (!from || !to || (from.completion === to.completion && from.score === to.score)) continue;
    const texts = { from: clip(from.completion, ANSWER_LENGTH), to: clip(to.completion, ANSWER_LENGTH) };
    changes[name] = { kind: kindOf(from, to), ...texts };
  }
  if (Object.keys(changes).length === 0) return undefined;
  const { id, group, prompt, expected } = sample;
  const text = { prompt: clip(prompt, PROMPT_LENGTH, "start"), gold: clip(expected, ANSWER_LENGTH) };
  return { id, ...(group !== undefined && { group }), ...text, changes };
}

/** Right is a score above 0, as in the evaluation's counts. */
function kindOf(from: ArmAnswer, to: ArmAnswer): Change["kind"] {
  if (from.score > 0) return to.score > 0 ? "rightToOtherRight" : "rightToWrong";
  return to.score > 0 ? "wrongToRight" : "wrongToOtherWrong";
}
