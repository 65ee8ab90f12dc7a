import { z } from "zod";
import { checkArguments } from "../arguments/check";
import { finite, listOf, path, shapeOf, text } from "../arguments/kinds";
import { samples as someSamples } from "../data/kinds";
import { engineArgument } from "../model/engine-arguments";
import { model as aModel } from "../model/kinds";
import { work } from "../run/kinds";
import { steeringProfile } from "../steering/profile";
import { task as aTask } from "../tasks/kinds";
import { callback, number, oneOf } from "../options/kinds";
import { join } from "node:path";
import { invalidArgument } from "../errors";
import type { Sample } from "../data/sample";
import type { Engine } from "../model/engine";
import { modelIdentity } from "../model/identity";
import type { Model } from "../model/model";
import { loadAddon } from "../native/load";
import { goOn } from "../neutral/go-on";
import { measureNeutral } from "../neutral/measure";
import { NEUTRAL_PARTS, sourceOf } from "../neutral/part";
import { checkProfile } from "../steering/check";
import { vectorsHash } from "../steering/profile";
import { writeFileAtomically } from "../files/atomic-write";
import { given } from "../options/given";
import { sha256Of } from "../files/hash";
import { lockRun } from "../run/lock";
import { questionRecord, toJsonLines } from "../run/samples";
import { writeStageFile } from "../run/stage-file";
import { requireSamples } from "../ask/require-samples";
import { roomFor } from "../ask/room";
import { clustersOf } from "../statistics/clusters";
import { type Task } from "../tasks/task";
import { taskIdentity } from "../tasks/identity";
import { forksOfAnswer, requireWritten } from "../tasks/tries-choices";
import { refuseUnknown } from "../options/refuse-unknown";
import { resolveOptions } from "../options/resolve";
import { VERSION } from "../version";
import { answerInTurn, planTurns, type Plan } from "./answer-in-turn";
import { answersByQuestion, type AnswersInOrders } from "./orders/other-orders";
import { summarizeOrders } from "./orders/summarize-orders";
import { whyNoOrders } from "./orders/why-no-orders";
import type { PlannedArm } from "./arms";
import { metricOf } from "./compare";
import { CONTROL_ROLES, isBaselineMethod } from "./controls/control-arm";
import { DRAWN_ROLES } from "./controls/drawn";
import { largestRound, roundsFor } from "./controls/rounds";
import { summarizeControls } from "./controls/summary";
import { ANSWERS_FILE, type EvaluatedSample } from "./evaluated-sample";
import { constantFeaturesOf } from "./findings/constant";
import { Dosing } from "./equal-kl";
import { evaluation as evaluationSchema, EVALUATION_FILE, type Evaluation } from "./evaluation";
import { machine, writeMade } from "./made";
import type { NotRun } from "./not-run";
import { evaluateOptions, type EvaluateOptions, type ResolvedEvaluateOptions } from "./options";
import { saveMethods } from "./save-methods";
import { summarizeArms, type PlannedOutcome, type NeutralOutcome } from "./summary";
import { verdict, verdictSentences } from "./verdict";

/** An evaluation, and where it lies. */
export interface EvaluatedRun extends Evaluation {
  readonly runDir: string;
}

const control = shapeOf({ role: oneOf(CONTROL_ROLES), profile: text(), steered: steeringProfile }, "a control");
const drawn = shapeOf({ role: oneOf(DRAWN_ROLES), profile: text(), draw: callback() }, "a control that is drawn");
const evaluateArguments = z.object({
  model: aModel(),
  task: aTask(),
  options: shapeOf(
    {
      ...work,
      directory: path(),
      samples: someSamples(),
      profiles: listOf(steeringProfile, "a list of profiles"),
      controls: listOf(control, "a list of controls").optional(),
      drawn: listOf(drawn, "a list of controls that are drawn").optional(),
      scales: listOf(finite(), "a list of numbers").optional(),
      instructed: shapeOf({ instruction: text(), samples: someSamples() }, "an instruction and its samples").optional(),
      neutral: shapeOf(
        { name: text(), part: oneOf(NEUTRAL_PARTS).optional(), texts: listOf(text(), "a list of texts") },
        "a name and texts",
      ).optional(),
      equalKl: shapeOf(
        {
          nats: number("a number above 0").gt(0, "a number above 0"),
          neutral: shapeOf(
            { name: text(), part: oneOf(NEUTRAL_PARTS), texts: listOf(text(), "a list of texts") },
            "a name and texts",
          ),
        },
        "nats, and texts to tune on",
      ).optional(),
      engine: engineArgument.optional(),
      about: evaluationSchema.pick({ questions: true, significance: true, setup: true }).partial().optional(),
    },
    "options by name",
  ),
});

/**
 * Answers every question without steering and with each arm, as forks of one prefill, and compares them in pairs.
 *
 * @throws ERR_SHAPE_MISMATCH when a profile is for another model; ERR_HOOK_POINT when an arm steered nothing;
 * ERR_DATASET_FORMAT without samples; ERR_INVALID_ARGUMENT; ERR_TASK; ERR_FILE_WRITE; the signal's reason after an abort
 */
export async function evaluate(model: Model, task: Task, asked: EvaluateOptions): Promise<EvaluatedRun> {
  checkArguments(evaluateArguments, { model, task, options: asked });
  refuseUnknown(asked, evaluateOptions);
  const options = resolveOptions(evaluateOptions, asked);
  const { directory, samples, seed, about = {}, onProgress, signal } = options;
  signal?.throwIfAborted();
  requireSamples(task, samples, "to evaluate on");
  if (options.constrained) requireWritten(task);
  const noOrders = options.orders ? whyNoOrders(task, samples) : undefined;
  if (noOrders !== undefined) throw invalidArgument("orders", `false, as ${noOrders}`, true);
  const planned = planOf(options);
  using _held = await lockRun(directory, options.lock);
  const identity = await modelIdentity(model, { onProgress, signal });
  const warnings = options.profiles
    .map((profile) => checkProfile(profile, identity))
    .filter((text) => text !== undefined);
  const nArms = Math.max(planned.atOnce.length, largestRound(roundsFor(task), options.drawn, planned.waiting));
  const room = await roomFor(model, task, nArms * forksOfAnswer(task, samples), options.engine);
  await using engine = await model.createEngine(room);
  const begun = performance.now();
  const dosing = options.equalKl && new Dosing(engine, options.equalKl, { onProgress, signal });
  const dosed = async (arms: readonly PlannedArm[]) => (await dosing?.dosed(arms)) ?? arms;
  const plan = { ...planned, atOnce: await dosed(planned.atOnce) };
  const { outcomes, ordered, gaining, notRun } = await answerInTurn(engine, task, plan, options, dosed);
  const isMeasured = (control: NotRun["control"]) => !notRun.some((left) => left.control === control);
  const neutral = isMeasured("neutral") ? await neutralMeasures(engine, plan, gaining, options) : [];
  const seconds = Math.round(1000 * (options.shared?.seconds ?? (performance.now() - begun) / 1000)) / 1000;
  const metric = metricOf(outcomes);
  const arms = await summarizeArms(outcomes, samples, { metric, seed, neutral, signal });
  const clusters = clustersOf(samples.map(({ cluster }) => cluster));
  const controls = await summarizeControls(arms, outcomes, { metric, seed, clusters, notRun, signal });
  const orders = ordered && (await summarizeOrders(ordered, { seed, signal }));
  const { significance = null, questions = null, setup = null, ranking, selection } = about;
  const equalKl = options.equalKl && { nats: options.equalKl.nats, neutral: sourceOf(options.equalKl.neutral) };
  const answers = toJsonLines(lines(samples, outcomes, ordered));
  const constantFeatures = constantFeaturesOf(options.profiles);
  const found = verdict({ metric, arms, controls, significance, constantFeatures, ...given({ orders, equalKl }) });
  const evaluation: Evaluation = {
    format: 3,
    versions: { corrsteer: VERSION, llamaCpp: loadAddon().loadedRelease },
    task: taskIdentity(task),
    model: identity,
    n: samples.length,
    seed,
    metric,
    questions,
    arms,
    controls,
    ...(options.drawn.length > 0 && { drawnInRounds: [...new Set(options.drawn.map(({ role }) => role))] }),
    controlsFor: options.controlsFor,
    notRun,
    ...given({ orders }),
    significance,
    constantFeatures,
    instruction: isMeasured("prompt-only") ? (options.instructed?.instruction ?? null) : null,
    neutral: neutralRecord(options.neutral, neutral),
    ...given({ equalKl }),
    setup,
    headline: found.headline,
    verdict: verdictSentences(found),
    warnings,
    measured: {
      ...given({ ranking, selection }),
      profiles: Object.fromEntries(options.profiles.map(({ name, vectors }) => [name, vectorsHash(vectors)])),
      answers: sha256Of([answers]),
    },
  };
  await saveMethods(
    directory,
    outcomes.map(({ arm }) => arm),
    options.controls,
  );
  await writeFileAtomically(join(directory, ANSWERS_FILE), answers);
  await writeStageFile(directory, EVALUATION_FILE, evaluation);
  await writeMade(directory, evaluation, { seconds, machine: machine(model.info.device, options.engine) });
  return { ...evaluation, runDir: directory };
}

function planOf(options: ResolvedEvaluateOptions): Plan {
  const { samples, profiles, instructed, controls, drawn } = options;
  if (instructed?.samples.some(({ id }, i) => id !== samples[i]?.id)) {
    throw invalidArgument("instructed", "the questions of `samples`, in their order", instructed.samples);
  }
  const evaluated = new Set(profiles.map(({ name }) => name));
  const stray = [...controls, ...drawn].find(({ profile }) => !evaluated.has(profile));
  if (stray) throw invalidArgument("controls", "controls for profiles that are evaluated", stray.profile);
  return planTurns(options);
}

/** Of arms that differ from one of these in what they are asked alone, it would be the same. */
const NOT_ON_NEUTRAL: readonly string[] = ["repeat", "constrained", "prompt-only"];

/**
 * Of arms that steer; where only profiles that gain have controls, of baseline and profiles, and what they write, which costs
 * most, of those that gain.
 */
async function neutralMeasures(
  engine: Engine,
  { atOnce }: Plan,
  gaining: readonly string[],
  { neutral, controlsFor, equalKl, onProgress, signal }: ResolvedEvaluateOptions,
): Promise<NeutralOutcome[]> {
  if (!neutral) return [];
  const isCompared = (role: string) =>
    role === "baseline" || role === "profile" || (equalKl && (role === "scale" || isBaselineMethod(role)));
  const isWanted = ({ role }: PlannedArm) =>
    controlsFor === "all" ? !NOT_ON_NEUTRAL.includes(role) : isCompared(role);
  const arms = atOnce.filter((arm) => arm.sameAs === null && isWanted(arm));
  const writing = arms.filter(
    ({ name, role }) => controlsFor === "all" || gaining.includes(name) || (role === "baseline" && gaining.length > 0),
  );
  const work = { texts: neutral.texts, onProgress, signal };
  const measured = await measureNeutral(engine, arms, work);
  const repeating = writing.length > 0 ? await goOn(engine, writing, work) : [];
  const repeatingOf = new Map(writing.map(({ name }, i) => [name, repeating[i]!]));
  return measured.map((measure) => ({ ...measure, ...given({ repeating: repeatingOf.get(measure.name) }) }));
}

function neutralRecord(
  text: ResolvedEvaluateOptions["neutral"],
  [first]: readonly NeutralOutcome[],
): Evaluation["neutral"] {
  if (!text || !first) return null;
  const { name, part, texts } = text;
  return { text: name, ...given({ part }), nTexts: texts.length, nTokens: first.nTokens };
}

/** One line a sample: the question, and each arm's answer by the arm's name. */
function lines(
  samples: readonly Sample[],
  outcomes: readonly PlannedOutcome[],
  ordered: AnswersInOrders | undefined,
): EvaluatedSample[] {
  const inOrders = ordered && answersByQuestion(ordered);
  return samples.map((sample, i) => {
    const orders = inOrders?.get(sample);
    return {
      ...questionRecord(sample),
      arms: Object.fromEntries(outcomes.map(({ arm, answers }) => [arm.name, answers[i]!])),
      ...(orders && { orders }),
    };
  });
}
