import { z } from "zod";
import type { SharedAnswers } from "../ask/shared-answers";
import type { Sample } from "../data/sample";
import type { EngineOptions } from "../model/options";
import { anyInteger, list, oneOf, text, yesOrNo } from "../options/kinds";
import { type Given, option } from "../options/option";
import { workOptions } from "../progress";
import type { SteeringProfile } from "../steering/profile";
import type { NeutralText } from "../neutral/part";
import type { ControlArm } from "./controls/control-arm";
import type { DrawnControl } from "./controls/drawn";
import type { Evaluation } from "./evaluation";
import { CONTROLS_FOR } from "./controls/controls-for";
import type { EqualKl } from "./equal-kl";
import { scaleList } from "./scales";
import { heldRun } from "../run/lock";

/** What an evaluation says of the run that it belongs to, and that run's ranking and selection by hash. */
type About = Partial<Pick<Evaluation, "questions" | "significance" | "setup">> &
  Pick<NonNullable<Evaluation["measured"]>, "ranking" | "selection">;

export const evaluateOptions = z.object({
  directory: option(
    "the run directory: evaluation.json and evaluation-samples.jsonl are written there",
    text("the path of a folder"),
  ),
  samples: option("questions that nothing was selected or validated on", list(z.custom<Sample>(), "a list of samples")),
  profiles: option(
    "what to evaluate; each has a name of its own",
    list(z.custom<SteeringProfile>(), "at least one profile").min(1, "at least one profile"),
  ),
  controls: option(
    "what to steer with in place of a profile, run beside it",
    list(z.custom<ControlArm>(), "a list of controls").default([]),
  ),
  drawn: option(
    "controls that are drawn in rounds, as long as a profile gains and no draw does as much",
    list(z.custom<DrawnControl>(), "a list of controls that are drawn").default([]),
  ),
  controlsFor: option("profiles to run controls for", oneOf(CONTROLS_FOR).default("all"), {
    more:
      "Where only those that gain have controls, questions are asked after an instruction only if one does, in other orders and " +
      "on neutral text only if one steers, and neutral text is for baseline and profiles. Controls that are draws are run.",
  }),
  scales: option("multiples of the coefficients that the profiles are run at besides 1", scaleList.default([]), {
    more: "They are the dose-response.",
  }),
  constrained: option(
    "run baseline and profiles also with the first token held to the choices",
    yesOrNo().default(false),
  ),
  orders: option("ask baseline and profiles also with the options in other orders", yesOrNo().default(false), {
    more: "It needs questions that list some.",
  }),
  repeat: option("run the baseline twice: what differs between the two is arithmetic alone", yesOrNo().default(false)),
  instructed: option(
    "the same questions, in the same order, after an instruction: asked once without steering",
    z.custom<{ readonly instruction: string; readonly samples: readonly Sample[] }>().exactOptional(),
    { otherwise: "not asked" },
  ),
  neutral: option(
    "text that says nothing of the task, to measure how far the profiles move the model on it",
    z.custom<Omit<NeutralText, "part"> & Partial<Pick<NeutralText, "part">>>().exactOptional(),
    { otherwise: "none" },
  ),
  equalKl: option(
    "dose every arm so that the 95th percentile of its divergence on some neutral text is this, in nats a token",
    z.custom<EqualKl>().exactOptional(),
    { otherwise: "no dose", more: "Tuned on other text than `neutral`." },
  ),
  seed: option("of the bootstrap and the permutation test", anyInteger().default(42)),
  engine: z.custom<EngineOptions>().exactOptional(),
  shared: option("machines that share the questions", z.custom<SharedAnswers>().exactOptional(), {
    otherwise: "none: all are asked here",
  }),
  about: option("what the evaluation is to say of the run that it belongs to", z.custom<About>().exactOptional()),
  ...heldRun.shape,
  ...workOptions.shape,
});

/**
 * Which arms to run on which questions.
 * @interface
 */
export type EvaluateOptions = Given<typeof evaluateOptions>;

export type ResolvedEvaluateOptions = z.output<typeof evaluateOptions>;
