import type { Sample } from "../data/sample";
import type { Engine } from "../model/engine";
import type { Task } from "../tasks/task";
import { type AnswerResult, askQuestion, toAnswer, type Question } from "./answer";
import { answerOf, forksOf, nForks, type Way } from "./forks";
import { type NamedRun, runAll } from "./run-all";
import { scoreAnswers, type Scorable, type Scored } from "./score-answers";
import type { ToldBeside, ToldOfAnswer } from "./shared-answers";

/** One question, answered in one way. */
export interface Answered extends Scorable {
  readonly question: Question;
  readonly result: AnswerResult;
  /** Where the rows of the answer were captured. */
  readonly slot: number;
  readonly scored: Scored;
}

/** Runs that belong to questions: queued right behind a question's own, as they share most of its prompt. */
export interface Beside {
  /** What they are, in words. */
  readonly what: string;
  readonly runsOf: (sample: Sample) => readonly NamedRun[];
  /** Called in the order of the questions. @param own the question's own result in each way */
  readonly onAnswered: (sample: Sample, own: readonly ToldOfAnswer[], beside: ToldBeside["beside"]) => void;
}

export interface AskOptions {
  /** Called as each question is answered, in all ways. What it throws ends the others. */
  readonly onDone?: ((index: number, question: Question, results: readonly AnswerResult[]) => void) | undefined;
  /** Scores of the first way's first answers, in whole batches, where `onDone` has had them scored. */
  readonly known?: (() => Promise<readonly Scored[]>) | undefined;
  readonly beside?: Beside | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Puts all questions to the model at once, and scores what it answers: the ways of a question are forks of one prefill,
 * so they differ in nothing else. The task's scorer is ready, and can score them (`requireScorable`).
 *
 * @returns for each way the answers, in order
 * @throws as `runAll` and `scoreAnswers`; ERR_TASK for a choice without a token
 */
export async function ask(
  engine: Engine,
  task: Task,
  samples: readonly Sample[],
  ways: readonly Way[],
  { onDone, known, beside, signal }: AskOptions = {},
): Promise<Answered[][]> {
  let nSlots = 0;
  const questions = samples.map((sample) => {
    const question = askQuestion(engine.model, task, sample);
    const slot = nSlots;
    nSlots += nForks(question);
    return { question, slot };
  });
  const runs: NamedRun[] = [];
  const places = questions.map(({ question, slot }) => {
    const branches = ways.flatMap((way) => forksOf(way, question, slot, task));
    const own = runs.push({ name: `sample ${question.sample.id}`, prompt: question.prompt, branches }) - 1;
    return { own, end: runs.push(...(beside?.runsOf(question.sample) ?? [])) };
  });
  const indexOf = new Map(places.map(({ own }, index) => [own, index]));
  const answers: ReturnType<typeof answerOf>[][] = [];
  const results = await runAll(engine, runs, {
    onDone: (run, { branches }) => {
      const index = indexOf.get(run);
      if (index === undefined) return;
      const { question } = questions[index]!;
      const n = nForks(question);
      answers[index] = ways.map((_, w) => answerOf(question, branches.slice(w * n, (w + 1) * n)));
      const results = answers[index].map(({ result }) => result);
      onDone?.(index, question, results);
    },
    signal,
  });
  for (const [index, { own, end }] of places.entries()) {
    const inEachWay = answers[index]!.map(({ result }) => result);
    beside?.onAnswered(samples[index]!, inEachWay, results.slice(own + 1, end));
  }
  const answered: Answered[][] = [];
  for (const w of ways.keys()) {
    const given = questions.map(({ question, slot }, i) => {
      const { result, fork } = answers[i]![w]!;
      return { question, sample: question.sample, result, slot: slot + fork, answer: toAnswer(question, result) };
    });
    const scored = await scoreAnswers(task, given, { ...(w === 0 && known && { known: await known() }), signal });
    answered.push(given.map((one, i) => ({ ...one, scored: scored[i]! })));
  }
  return answered;
}
