import { join } from "node:path";
import { invalidArgument } from "../errors";
import type { Sample } from "../data/sample";
import type { Engine, EngineOptions } from "../model/engine";
import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import { loadAddon } from "../native/load";
import { measureNeutral, type NeutralMeasure } from "../neutral/measure";
import { checkProfile } from "../steering/check";
import type { SteeringProfile } from "../steering/profile";
import { writeFileAtomically } from "../files/atomic-write";
import { writeJson } from "../files/json";
import { lockRun, type HeldRun } from "../run/lock";
import { toJsonLines } from "../run/samples";
import { requireSamples } from "../ask/require-samples";
import { type Task } from "../tasks/task";
import { taskIdentity } from "../tasks/identity";
import { VERSION } from "../version";
import { answerArms } from "./answer-arms";
import { planArms, type PlannedArm } from "./arms";
import { metricOf } from "./compare";
import { summarizeControls, type ControlArm } from "./controls/control-arm";
import type { EvaluatedSample } from "./evaluated-sample";
import type { Evaluation } from "./evaluation";
import type { WorkOptions } from "../progress";
import { summarizeArms, type PlannedOutcome } from "./summary";
import { verdict, verdictSentences } from "./verdict";

/** Which arms to run on which questions. */
export interface EvaluateOptions extends WorkOptions {
  /** The run directory: `evaluation.json` and `evaluation-samples.jsonl` are written there. */
  readonly directory: string;
  /** Questions that nothing was selected or validated on. */
  readonly samples: readonly Sample[];
  /** What to evaluate; each has a name of its own. */
  readonly profiles: readonly SteeringProfile[];
  /** What to steer with in place of a profile, run beside it. @default none */
  readonly controls?: readonly ControlArm[];
  /** Multiples of the coefficients that the profiles are run at besides 1: the dose-response. @default none */
  readonly scales?: readonly number[];
  /** Whether to run baseline and profiles also with the first token held to the choices. @default false */
  readonly constrained?: boolean;
  /** Whether to run the baseline twice: what differs between the two is arithmetic alone. @default false */
  readonly repeat?: boolean;
  /** The same questions, in the same order, after an instruction: asked once without steering. @default not asked */
  readonly instructed?: { readonly instruction: string; readonly samples: readonly Sample[] };
  /** Text that says nothing of the task, to measure how far the profiles move the model on it. @default none */
  readonly neutral?: { readonly name: string; readonly texts: readonly string[] };
  /** Of the bootstrap and the permutation test. @default 42 */
  readonly seed?: number;
  readonly engine?: EngineOptions;
  /** What the evaluation is to say of the run that it belongs to. */
  readonly about?: Partial<Pick<Evaluation, "questions" | "significance" | "setup">>;
}

/** An evaluation, and where it lies. */
export interface EvaluatedRun extends Evaluation {
  readonly runDir: string;
}

/**
 * Answers every question without steering and with each arm, as forks of one prefill, and compares them in pairs.
 *
 * @throws ERR_SHAPE_MISMATCH when a profile is for another model; ERR_HOOK_POINT when an arm steered nothing;
 * ERR_DATASET_FORMAT without samples; ERR_INVALID_ARGUMENT; ERR_TASK; ERR_FILE_WRITE; the signal's reason after an abort
 */
export async function evaluate(model: Model, task: Task, options: EvaluateOptions & HeldRun): Promise<EvaluatedRun> {
  const { directory, samples, seed = 42, about = {}, onProgress, signal } = options;
  signal?.throwIfAborted();
  requireSamples(task, samples, "to evaluate on");
  const planned = plan(options);
  using _held = await lockRun(directory, options.lock);
  const identity = await modelIdentity(model, { onProgress, signal });
  const warnings = options.profiles
    .map((profile) => checkProfile(profile, identity))
    .filter((text) => text !== undefined);
  await using engine = await model.createEngine(roomFor(planned.length, options.engine));
  const outcomes = await answerArms(engine, task, planned, options);
  const neutral = await neutralMeasures(engine, planned, options);
  const metric = metricOf(outcomes);
  const arms = summarizeArms(outcomes, samples, { metric, seed, neutral });
  const controls = summarizeControls(arms);
  const { significance = null, questions = null, setup = null } = about;
  const found = verdict({ metric, arms, controls, significance });
  const evaluation: Evaluation = {
    format: 2,
    versions: { corrsteer: VERSION, llamaCpp: loadAddon().loadedRelease },
    task: taskIdentity(task),
    model: identity,
    n: samples.length,
    seed,
    metric,
    questions,
    arms,
    controls,
    significance,
    instruction: options.instructed?.instruction ?? null,
    neutral: options.neutral ? { text: options.neutral.name, nTokens: neutral[0]?.nTokens ?? 0 } : null,
    setup,
    headline: found.headline,
    verdict: verdictSentences(found),
    warnings,
  };
  await writeFileAtomically(join(directory, "evaluation-samples.jsonl"), toJsonLines(lines(samples, outcomes)));
  await writeJson(join(directory, "evaluation.json"), evaluation);
  return { ...evaluation, runDir: directory };
}

function plan({ samples, profiles, controls = [], scales = [], ...options }: EvaluateOptions): PlannedArm[] {
  if (options.instructed?.samples.some(({ id }, i) => id !== samples[i]?.id)) {
    throw invalidArgument("instructed", "the questions of `samples`, in their order", options.instructed.samples);
  }
  if (profiles.length === 0) throw invalidArgument("profiles", "at least one profile", profiles);
  const evaluated = new Set(profiles.map(({ name }) => name));
  const stray = controls.find(({ profile }) => !evaluated.has(profile));
  if (stray) throw invalidArgument("controls", "controls for profiles that are evaluated", stray.profile);
  const { constrained = false, repeat = false } = options;
  return planArms(profiles, samples, { controls, scales, constrained, repeat });
}

const MEASURED_ON_NEUTRAL: readonly string[] = ["baseline", "profile", "mean-difference"];

async function neutralMeasures(
  engine: Engine,
  planned: readonly PlannedArm[],
  { neutral, onProgress, signal }: EvaluateOptions,
): Promise<NeutralMeasure[]> {
  if (!neutral) return [];
  const arms = planned.filter(({ role, sameAs }) => sameAs === null && MEASURED_ON_NEUTRAL.includes(role));
  return measureNeutral(engine, arms, { texts: neutral.texts, onProgress, signal });
}

/** Engine options with which all arms of a question, and their shared prefix, are resident at once. */
export function roomFor(nArms: number, options: EngineOptions = {}): EngineOptions {
  return { ...options, maxSequences: options.maxSequences ?? Math.min(256, Math.max(64, nArms + 1)) };
}

/** One line a sample: the question, and each arm's answer by the arm's name. */
function lines(samples: readonly Sample[], outcomes: readonly PlannedOutcome[]): EvaluatedSample[] {
  return samples.map(({ id, group, prompt, expected }, i) => ({
    id,
    ...(group !== undefined && { group }),
    prompt,
    expected,
    arms: Object.fromEntries(outcomes.map(({ arm, answers }) => [arm.name, answers[i]!])),
  }));
}
