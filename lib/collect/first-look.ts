import type { LoadedModel } from "../model/loaded-model";
import type { Sample } from "../data/sample";
import { SteeringError } from "../errors";
import { type AnswerResult, askQuestion, toAnswer, type Question } from "../ask/answer";
import { look, type Look } from "../ask/look";
import { SCORED_TOGETHER, scoreAnswers, type Scorable, type Scored } from "../ask/score-answers";
import type { ScoredAnswer } from "../ask/tally";
import type { SampleRecord } from "../run/samples";
import type { Task } from "../tasks/task";

/** Answers that are looked at before a run goes on. */
const FIRST_ANSWERS = 20;
/** Of fewer, all may be right or wrong by chance. */
const FEWEST_ANSWERS = 10;

export interface FirstLookOptions {
  readonly onFirstAnswers?: ((look: Look) => void) | undefined;
  readonly strict: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Whether anybody wants it. */
export function wantsLook({ onFirstAnswers, strict }: FirstLookOptions): boolean {
  return onFirstAnswers !== undefined || strict;
}

type Given = Scorable & Pick<ScoredAnswer, "result">;

/**
 * Looks at the first answers of a chunk while the others are on their way, so that a scoring that fails is told of early.
 * Nothing is asked or scored twice: what is scored is the batch that would be the scorer's first without the look.
 */
export class FirstLook {
  private readonly given: Given[] = [];
  private nGiven = 0;
  private readonly stop = new AbortController();
  private looking: Promise<Scored[]> | undefined;

  /** @param n how many answers the chunk has */
  constructor(
    private readonly model: LoadedModel,
    private readonly task: Task,
    private readonly n: number,
    private readonly options: FirstLookOptions,
  ) {}

  /** Aborted where the look ends the run, with why. */
  get signal(): AbortSignal {
    const { signal } = this.options;
    return signal ? AbortSignal.any([signal, this.stop.signal]) : this.stop.signal;
  }

  add(index: number, question: Question, result: AnswerResult): void {
    const wanted = Math.min(SCORED_TOGETHER, this.n);
    if (index >= wanted) return;
    this.given[index] = { sample: question.sample, answer: toAnswer(question, result), result };
    this.nGiven += 1;
    if (this.nGiven < wanted) return;
    this.looking = this.look();
    this.looking.catch((reason: unknown) => {
      this.stop.abort(reason);
    });
  }

  /** What the answers looked at scored. @throws ERR_TASK where the scoring looks as if it fails, when it is `strict` */
  async scores(): Promise<readonly Scored[]> {
    return (await this.looking) ?? [];
  }

  private async look(): Promise<Scored[]> {
    const { signal } = this.options;
    const scored = await scoreAnswers(this.task, this.given, { signal });
    const answers = this.given.slice(0, FIRST_ANSWERS).map((one, i) => ({ ...one, scored: scored[i]! }));
    await lookAt(this.model, this.task, answers, this.options);
    return scored;
  }
}

/** The same for a run that goes on: what it has kept is looked at. */
export async function lookAtRecords(
  model: LoadedModel,
  task: Task,
  samples: readonly Sample[],
  records: readonly SampleRecord[],
  options: FirstLookOptions,
): Promise<void> {
  const answers = records
    .slice(0, FIRST_ANSWERS)
    .map((record, i) => answerOf(askQuestion(model, task, samples[i]!), record));
  await lookAt(model, task, answers, options);
}

function answerOf(question: Question, record: SampleRecord): ScoredAnswer {
  const { completion: text, score, stopReason, choiceLogProbabilities: byChoice = {} } = record;
  const { sample } = question;
  const choiceLogProbabilities = Float64Array.from(sample.choices ?? [], (choice) => byChoice[choice]!);
  const answer = toAnswer(question, { text, choiceLogProbabilities });
  return { sample, answer, scored: { score }, result: { stopReason } };
}

async function lookAt(
  model: LoadedModel,
  task: Task,
  answers: readonly ScoredAnswer[],
  { onFirstAnswers, strict }: FirstLookOptions,
): Promise<void> {
  if (answers.length < FEWEST_ANSWERS) return;
  const seen = await look(model, task, answers);
  onFirstAnswers?.(seen);
  if (!strict || seen.doubts.length === 0) return;
  const { n, readable, right, empty, cutOff, scorer, doubts } = seen;
  const counts = `${right} right, ${readable} readable, ${empty} empty, ${cutOff} cut off`;
  throw new SteeringError("ERR_TASK", `task ${task.name}: of the first ${n} answers, by ${scorer}, ${counts}`, {
    ...{ task: task.name, scorer, n, right, readable, empty, cutOff, doubts },
  });
}
