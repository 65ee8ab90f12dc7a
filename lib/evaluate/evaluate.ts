import { join } from "node:path";
import { invalidArgument } from "../errors";
import type { Sample } from "../data/sample";
import type { SplitCounts } from "../data/split";
import type { EngineOptions } from "../model/engine";
import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import { checkProfile } from "../profile/check";
import type { SteeringProfile } from "../profile/profile";
import { writeFileAtomically } from "../store/atomic-write";
import { writeJson } from "../store/json-file";
import type { ModelIdentity } from "../store/manifest";
import { toJsonLines } from "../store/samples";
import { requireSamples } from "../tasks/require-samples";
import { scorerIdentity, type Task } from "../tasks/task";
import { planArms } from "./arms";
import { summarizeControl, type ControlSummary } from "./control-summary";
import type { RandomControl } from "./random-control";
import { runArms, type ArmOutcome, type RunArmsOptions } from "./run-arms";
import { summarizeArm, type ArmSummary } from "./summary";
import { verdicts } from "./verdict";

/** Which arms to run on which questions. */
export interface EvaluateOptions extends RunArmsOptions {
  /** The run directory: `evaluation.json` and `evaluation-samples.jsonl` are written there. */
  readonly directory: string;
  /** Questions that nothing was selected or validated on. */
  readonly samples: readonly Sample[];
  /** What to evaluate; each has a name of its own. */
  readonly profiles: readonly SteeringProfile[];
  /** Random features in place of a profile's (`drawRandomControl`), run beside it. @default none */
  readonly controls?: readonly RandomControl[];
  /** Multiples of the coefficients that the profiles are run at besides 1: the dose-response. @default none */
  readonly scales?: readonly number[];
  /** Whether to run baseline and profiles also with the first token held to the choices. @default false */
  readonly constrained?: boolean;
  readonly engine?: EngineOptions;
  /** The split that `samples` are the test part of, for the report. */
  readonly questions?: SplitCounts;
}

/** `evaluation.json`, and where it lies. */
export interface Evaluation {
  readonly format: 1;
  readonly task: string;
  readonly scorer: string;
  /** Id and revision of the model that scored, where one did. */
  readonly scorerModel?: string;
  readonly model: ModelIdentity;
  readonly n: number;
  /** Of the split, where it was given: selected on, validated on, tested on, left out as duplicates. */
  readonly questions?: SplitCounts;
  readonly arms: readonly ArmSummary[];
  /** Of each profile that has random controls. */
  readonly controls: readonly ControlSummary[];
  /** Plain sentences: what helped, and whether that is more than format or chance. */
  readonly verdict: readonly string[];
  /** Of profiles made for another file of the same shape. */
  readonly warnings: readonly string[];
  readonly runDir: string;
}

/**
 * Answers every question without steering and with each arm, as forks of one prefill, and compares them in pairs.
 *
 * @throws ERR_SHAPE_MISMATCH when a profile is for another model; ERR_HOOK_POINT when an arm steered nothing;
 * ERR_DATASET_FORMAT without samples; ERR_INVALID_ARGUMENT; ERR_TASK; ERR_FILE_WRITE; the signal's reason after an abort
 */
export async function evaluate(model: Model, task: Task, options: EvaluateOptions): Promise<Evaluation> {
  const { directory, samples, profiles, controls = [], scales = [], constrained = false, signal } = options;
  signal?.throwIfAborted();
  if (profiles.length === 0) throw invalidArgument("profiles", "at least one profile", profiles);
  const evaluated = new Set(profiles.map(({ name }) => name));
  const stray = controls.find(({ profile, draws }) => draws.length === 0 || !evaluated.has(profile));
  if (stray) throw invalidArgument("controls", "draws for profiles that are evaluated", stray.profile);
  requireSamples(task, samples, "to evaluate on");
  const identity = await modelIdentity(model, signal);
  const warnings = profiles.map((profile) => checkProfile(profile, identity)).filter((text) => text !== undefined);
  const planned = planArms(
    profiles,
    controls.flatMap(({ draws }) => draws),
    samples,
    { scales, constrained },
  );
  await using engine = await model.createEngine(roomFor(planned.length, options.engine));
  const outcomes = await runArms(engine, task, samples, planned, options);
  const outcomeOf = (name: string) => outcomes.find(({ arm }) => arm.name === name)!;
  const arms = outcomes.map((outcome, i) => summarizeArm(outcome, outcomeOf(planned[i]!.comparedWith)));
  const armOf = (name: string) => arms.find((arm) => arm.name === name)!;
  const compared = controls.map((control) => summarizeControl(control, armOf));
  const evaluation = {
    format: 1 as const,
    task: task.name,
    ...scorerIdentity(task),
    model: identity,
    n: samples.length,
    ...(options.questions && { questions: options.questions }),
    arms,
    controls: compared,
    verdict: verdicts([...evaluated], arms, compared),
    warnings,
  };
  await writeFileAtomically(join(directory, "evaluation-samples.jsonl"), toJsonLines(lines(samples, outcomes)));
  await writeJson(join(directory, "evaluation.json"), evaluation);
  return { ...evaluation, runDir: directory };
}

/** Engine options with which all arms of a question, and their shared prefix, are resident at once. */
export function roomFor(nArms: number, options: EngineOptions = {}): EngineOptions {
  return { ...options, maxSequences: options.maxSequences ?? Math.min(256, Math.max(64, nArms + 1)) };
}

/** One line a sample: the question, and each arm's answer by the arm's name. */
function lines(samples: readonly Sample[], outcomes: readonly ArmOutcome[]): unknown[] {
  return samples.map(({ id, group, prompt, expected }, i) => ({
    id,
    ...(group !== undefined && { group }),
    prompt,
    expected,
    arms: Object.fromEntries(outcomes.map(({ arm, answers }) => [arm.name, answers[i]!])),
  }));
}
