import { errorCode } from "../errors";
import type { LoadedModel } from "../model/loaded-model";
import { builtInScorers } from "../score/built-in";
import type { Task } from "../tasks/task";
import { triesChoices } from "../tasks/tries-choices";
import { findWithoutChoices, requireScorable } from "./require-samples";
import { scoreAnswers } from "./score-answers";
import { type Doubt, doubtsOf, type ScoredAnswer, tally, type Tally } from "./tally";

/** An option that may help, with its value where that is not the user's to choose. */
export interface Remedy {
  readonly option: "promptStyle" | "fewShot" | "constrained" | "maxTokens" | "scorer";
  readonly value?: string;
  /** How many of the same answers would be right, where that is all or nothing. */
  readonly right?: number;
}

/** What may help against the doubts: asking otherwise, unless all is right, and scorers that have no doubts. */
export async function remedies(
  model: LoadedModel,
  task: Task,
  answers: readonly ScoredAnswer[],
  { n, cutOff }: Tally,
  doubts: readonly Doubt[],
): Promise<Remedy[]> {
  if (doubts.length === 0) return [];
  const scorers = await otherScorers(task, answers);
  if (doubts.includes("all-right")) return scorers;
  const { asked, constrained = false } = task;
  const samples = answers.map(({ sample }) => sample);
  const hasExamples = samples.every(({ example }) => example !== undefined);
  const holdsToChoices = !triesChoices(task) && !findWithoutChoices(samples);
  const isChat = asked === undefined || asked.promptStyle === "chat";
  return [
    ...(!isChat && model.info.chatTemplate !== undefined ? [{ option: "promptStyle" as const, value: "chat" }] : []),
    ...(asked?.fewShot === 0 && hasExamples ? [{ option: "fewShot" as const }] : []),
    ...(holdsToChoices && !constrained ? [{ option: "constrained" as const }] : []),
    ...(2 * cutOff >= n ? [{ option: "maxTokens" as const }] : []),
    ...scorers,
  ];
}

/** Of the task's other scorers of such answers, those that come with the program and need no model. */
async function otherScorers(task: Task, answers: readonly ScoredAnswer[]): Promise<Remedy[]> {
  if (triesChoices(task)) return [];
  const others = task.scorers
    .slice(1)
    .filter((scorer) => builtInScorers.includes(scorer) && scorer.model === undefined && scorer.weigh === undefined);
  const tried = await Promise.all(others.map((scorer) => tryScorer({ ...task, scorers: [scorer] }, answers)));
  return tried.filter((remedy) => remedy !== undefined);
}

async function tryScorer(task: Task, answers: readonly ScoredAnswer[]): Promise<Remedy | undefined> {
  const samples = answers.map(({ sample }) => sample);
  try {
    requireScorable(task, samples);
    const scored = await scoreAnswers(task, answers);
    const counts = tally(
      task,
      answers.map((answer, i) => ({ ...answer, scored: scored[i]! })),
    );
    if (doubtsOf(counts).length > 0) return undefined;
    const isGraded = scored.some(({ score }) => score !== 0 && score !== 1);
    return { option: "scorer", value: task.scorers[0].name, ...(!isGraded && { right: counts.right }) };
  } catch (error) {
    if (errorCode(error) === "ERR_TASK") return undefined; // it is not for these questions
    throw error;
  }
}
