import type { Sample } from "../data/sample";
import type { Engine } from "../model/engine";
import type { LoadedModel } from "../model/loaded-model";
import type { WorkOptions } from "../progress";
import { quantity } from "../quantity";
import type { Task } from "../tasks/task";
import { ask, type Answered } from "./ask";
import { look, type Look } from "./look";
import { requireSamples, requireScorable } from "./require-samples";
import { isReadable } from "./score-answers";

/** A token, for people. */
export interface ShownToken {
  readonly id: number;
  /** Of a part of a character: U+FFFD. */
  readonly text: string;
  /** Whether it stands for something other than text, such as the end of a turn. */
  readonly isSpecial: boolean;
}

/** A question as the model sees it, and what became of it. */
export interface PreviewedAnswer {
  readonly id: string;
  readonly prompt: readonly ShownToken[];
  readonly completion: readonly ShownToken[];
  /** What of that is text, up to where it was to stop: what is scored. */
  readonly text: string;
  readonly stopReason: "end" | "length" | "stop";
  readonly expected: string;
  readonly choices?: readonly string[];
  readonly score: number;
  readonly extras?: Readonly<Record<string, number>>;
  /** Whether the scorer found something to score, right or wrong. */
  readonly isReadable: boolean;
  /** Log-probability of the gold choice's first token minus that of the best other one; of whole choices, their worth. */
  readonly margin?: number;
  /** Natural logarithm of the probability of each of the choices, where they are tried whole. */
  readonly tried?: readonly number[];
}

export interface Preview {
  readonly answers: readonly PreviewedAnswer[];
  readonly look: Look;
}

/** Asks a few questions as a run does, and shows all that bears on it. @throws as `ask` */
export async function preview(
  engine: Engine,
  task: Task,
  samples: readonly Sample[],
  { onProgress, signal }: WorkOptions = {},
): Promise<Preview> {
  requireSamples(task, samples, "to ask");
  requireScorable(task, samples);
  await task.scorers[0].prepare?.({ signal });
  const total = samples.length;
  let done = 0;
  const onDone = () => onProgress?.({ step: quantity(total, "question"), done: ++done, total, unit: "questions" });
  const [answered] = await ask(engine, task, samples, [{}], { onDone, signal });
  const answers = answered!.map((one) => previewed(engine.model, task, one));
  return { answers, look: await look(engine.model, task, answered!) };
}

function previewed(model: LoadedModel, task: Task, answered: Answered): PreviewedAnswer {
  const { question, sample, result, answer, scored } = answered;
  const { margin } = answer;
  return {
    id: sample.id,
    prompt: shownTokens(model, question.prompt),
    completion: shownTokens(model, result.tokens),
    text: result.text,
    stopReason: result.stopReason,
    expected: sample.expected,
    ...(sample.choices && { choices: sample.choices }),
    ...scored,
    isReadable: isReadable(task, answered),
    ...(margin !== undefined && { margin }),
    ...(question.tried && { tried: [...result.choiceLogProbabilities] }),
  };
}

function shownTokens(model: LoadedModel, tokens: Int32Array): ShownToken[] {
  return Array.from(tokens, (id) => {
    const text = model.detokenize(Int32Array.of(id), { special: true });
    return { id, text, isSpecial: text !== model.detokenize(Int32Array.of(id)) };
  });
}
