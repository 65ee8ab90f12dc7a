import type { PlannedOutcome } from "../summary";
import type { Task } from "../../tasks/task";
import { adjustedRankPs, type AmongDraws } from "../../statistics/draw-rank";
import { mean } from "../../statistics/mean";
import type { ControlArm } from "./control-arm";
import { answersAreShort } from "./short-answers";
import { DRAWN_ROLES, ENOUGH_DRAWS, isDrawn, type DrawnControl } from "./drawn";

/**
 * Draws that there are after each round. A short answer costs little beside its prompt, which each round reads anew: of the
 * profiles that are no better than their draws, four of five end with the first. Long ones cost their own length.
 */
const SHORT_ROUNDS = [4, ENOUGH_DRAWS];
const LONG_ROUNDS = [2, 6, ENOUGH_DRAWS];

export function roundsFor(task: Pick<Task, "maxTokens">): readonly number[] {
  return answersAreShort(task) ? SHORT_ROUNDS : LONG_ROUNDS;
}

/** Of the arms that a round asks, at most. */
export function largestRound(
  rounds: readonly number[],
  drawn: readonly DrawnControl[],
  beside: readonly ControlArm[] = [],
): number {
  const nArms = rounds.map((to, i) => drawn.length * (to - (rounds[i - 1] ?? 0)) + (i === 0 ? beside.length : 0));
  return Math.max(...nArms);
}

/**
 * Asks draws of all profiles in rounds, a further one while some profile that gains may still turn out better than the
 * draws of each kind: a draw that does as much cannot be undone (Besag and Clifford 1991). So whatever the rounds are, a profile
 * is better than all draws exactly where it would be if all were asked. Draws of profiles that do not gain
 * are asked as well, as it is the best of all profiles that is compared with the best of each draw. Where nothing that gains
 * has draws, a gate alone say, there are none.
 *
 * @param outcomes of the baseline, which is the first, and of the profiles
 * @param gaining names of profiles
 * @param ask answers all questions with the arms
 * @param beside controls that are no draws, asked with the first round: forks of the same prompts
 */
export async function askInRounds(
  rounds: readonly number[],
  outcomes: readonly PlannedOutcome[],
  gaining: readonly string[],
  drawn: readonly DrawnControl[],
  ask: (arms: readonly ControlArm[], of: string) => Promise<PlannedOutcome[]>,
  beside: readonly ControlArm[] = [],
): Promise<PlannedOutcome[]> {
  const found: PlannedOutcome[] = [];
  const compared = gaining.filter((name) => drawn.some(({ profile }) => profile === name));
  for (const [i, to] of rounds.entries()) {
    const from = rounds[i - 1] ?? 0;
    const isWanted = i === 0 ? gaining.length > 0 : compared.some((name) => isOpen(name, outcomes, found));
    if (!isWanted) break;
    const arms = from === 0 ? [...beside] : [];
    for (const control of compared.length > 0 ? drawn : []) arms.push(...(await control.draw(from, to)));
    const of = drawn.length > 0 ? `draws ${from + 1} to ${to}` : "controls";
    if (arms.length > 0) found.push(...(await ask(arms, of)));
  }
  return found;
}

/** Whether there was no further round as some draw does as much as each profile that gains. */
export function endedEarly(
  outcomes: readonly PlannedOutcome[],
  gaining: readonly string[],
  found: readonly PlannedOutcome[],
): boolean {
  const drawn = found.filter(({ arm }) => isDrawn(arm.role));
  const compared = gaining.filter((name) => drawn.some(({ arm }) => arm.profile === name));
  if (compared.length === 0 || compared.some((name) => isOpen(name, outcomes, found))) return false;
  const nOf = ({ arm: { role, profile } }: PlannedOutcome) =>
    drawn.filter(({ arm }) => arm.role === role && arm.profile === profile).length;
  return drawn.every((draw) => nOf(draw) < ENOUGH_DRAWS);
}

/** Whether no draw of any kind has done as much so far. */
function isOpen(name: string, outcomes: readonly PlannedOutcome[], found: readonly PlannedOutcome[]): boolean {
  return DRAWN_ROLES.every((role) => {
    const own = found.filter(({ arm }) => arm.role === role);
    const names = [...new Set(own.map(({ arm }) => arm.profile!))];
    const among = names.map((profile) => amongDraws(profile, outcomes, own));
    const place = names.indexOf(name);
    return place < 0 || adjustedRankPs(among)[place]! <= 1 / (1 + among[place]!.draws.length);
  });
}

function amongDraws(
  profile: string,
  outcomes: readonly PlannedOutcome[],
  draws: readonly PlannedOutcome[],
): AmongDraws {
  const scoreOf = ({ answers }: PlannedOutcome) => mean(answers.map(({ score }) => score));
  return {
    value: scoreOf(outcomes.find(({ arm }) => arm.name === profile)!),
    draws: draws.filter(({ arm }) => arm.profile === profile).map(scoreOf),
  };
}
