import type { Engine } from "../model/engine";
import type { Task } from "../tasks/task";
import { answerArms, answerInstructed } from "./answer-arms";
import { controlArm, distinctProfiles, planArms, type ArmsOptions, type PlannedArm } from "./arms";
import { metricOf } from "./compare";
import { isBaselineMethod, type ControlArm } from "./controls/control-arm";
import { isDrawn } from "./controls/drawn";
import { askInRounds, endedEarly, roundsFor } from "./controls/rounds";
import type { NotRun } from "./not-run";
import { OtherOrders, type AnswersInOrders } from "./orders/other-orders";
import type { ResolvedEvaluateOptions } from "./options";
import { isShown, summarizeArms, type PlannedOutcome } from "./summary";

/** What is asked at once, and the controls that wait until it is known which profiles gain. */
export interface Plan {
  readonly atOnce: readonly PlannedArm[];
  readonly waiting: readonly ControlArm[];
}

/**
 * Draws of which a number was asked for do not wait, nor, where methods are compared at equal divergence, do those that need
 * no SAE. @throws as `planArms`
 */
export function planTurns(options: ResolvedEvaluateOptions & ArmsOptions): Plan {
  const { profiles, samples, controls, controlsFor, equalKl } = options;
  const all = planArms(profiles, samples, options);
  const waits = ({ role }: ControlArm) => !isDrawn(role) && !(equalKl && isBaselineMethod(role));
  const waiting = controlsFor === "gaining" ? controls.filter(waits) : [];
  const names = new Set(waiting.map(({ steered }) => steered.name));
  return { atOnce: all.filter(({ name }) => !names.has(name)), waiting };
}

export interface AnswersInTurn {
  readonly outcomes: PlannedOutcome[];
  readonly ordered: AnswersInOrders | undefined;
  /** Names of profiles. */
  readonly gaining: readonly string[];
  readonly notRun: NotRun[];
}

/**
 * Answers all questions with what is needed to know which profiles gain, then, if some do, with what tells why: their controls,
 * an instruction in place of steering, draws in rounds.
 *
 * @throws as `runArms`
 */
export async function answerInTurn(
  engine: Engine,
  task: Task,
  { atOnce, waiting }: Plan,
  options: ResolvedEvaluateOptions,
  dosed: (arms: readonly PlannedArm[]) => Promise<readonly PlannedArm[]>,
): Promise<AnswersInTurn> {
  const { samples, drawn, instructed, controlsFor, seed, shared, onProgress, signal } = options;
  const work = { shared, onProgress, signal };
  const orders = otherOrders(engine, task, atOnce, options);
  const first = await answerArms(engine, task, atOnce, { samples, beside: orders, ...work });
  const compared = first.filter(({ arm }) => arm.role === "baseline" || arm.role === "profile");
  const arms = await summarizeArms(compared, samples, { metric: metricOf(compared), seed, signal });
  const gaining = arms.filter((arm) => isShown(arm) && arm.comparison!.difference > 0).map(({ name }) => name);
  const controls = waiting.filter(({ profile }) => gaining.includes(profile));
  const after =
    instructed && (controlsFor === "all" || gaining.length > 0)
      ? [await answerInstructed(engine, task, instructed.samples, work)]
      : [];
  const ask = async (some: readonly ControlArm[], of: string) =>
    answerArms(engine, task, await dosed(some.map(controlArm)), {
      ...{ samples, shared, signal },
      onProgress: onProgress && ((progress) => onProgress({ ...progress, step: `${of}, ${progress.step}` })),
    });
  const inRounds = await askInRounds(roundsFor(task), compared, gaining, drawn, ask, controls);
  return {
    outcomes: [...first, ...after, ...inRounds],
    ordered: orders?.answers(),
    gaining,
    notRun: [
      ...(controlsFor === "gaining" ? leftOut(options, waiting, gaining) : []),
      ...drawnRoles(options).flatMap((control): NotRun[] => {
        if (gaining.length === 0) return [{ control, profile: null, because: "no gain" }];
        return endedEarly(compared, gaining, inRounds) ? [{ control, profile: null, because: "decided" }] : [];
      }),
    ],
  };
}

/** Of the baseline, of profiles, and of what needs no SAE where it is asked at once, each once. */
function otherOrders(
  { model }: Engine,
  task: Task,
  atOnce: readonly PlannedArm[],
  { profiles, orders, controlsFor }: ResolvedEvaluateOptions,
): OtherOrders | undefined {
  if (!orders || (controlsFor === "gaining" && distinctProfiles(profiles).length === 0)) return undefined;
  const forks = atOnce.filter(({ sameAs }) => sameAs === null);
  const isAsked = ({ role }: PlannedArm) => role === "baseline" || role === "profile" || isBaselineMethod(role);
  const asked = [...forks.entries()].filter(([, arm]) => isAsked(arm));
  return new OtherOrders(model, task, new Map(asked));
}

function drawnRoles({ drawn }: ResolvedEvaluateOptions) {
  return [...new Set(drawn.map(({ role }) => role))];
}

/** Where only what gains has controls. */
function leftOut(
  { profiles, instructed, orders, neutral }: ResolvedEvaluateOptions,
  waiting: readonly ControlArm[],
  gaining: readonly string[],
): NotRun[] {
  const ofAll = (because: NotRun["because"]) => (control: NotRun["control"]) => ({ control, profile: null, because });
  const distinct = distinctProfiles(profiles);
  const apart = instructed ? (["prompt-only"] as const) : [];
  if (distinct.length === 0) {
    const others = [...(orders ? (["orders"] as const) : []), ...(neutral ? (["neutral"] as const) : [])];
    return [...apart, ...others].map(ofAll("nothing steered"));
  }
  const continued = neutral ? (["neutral-continued"] as const) : [];
  if (gaining.length === 0) {
    const roles = new Set(waiting.map(({ role }) => role));
    return [...roles, ...apart, ...continued].map(ofAll("no gain"));
  }
  return distinct
    .filter(({ name }) => !gaining.includes(name))
    .flatMap(({ name }) => {
      const own = waiting.filter(({ profile }) => profile === name).map(({ role }) => role);
      return [...own, ...continued].map((control): NotRun => ({ control, profile: name, because: "no gain" }));
    });
}
