import type { Sample } from "../data/sample";
import { roomFor } from "../ask/room";
import { runArms } from "../ask/run-arms";
import type { SharedAnswers } from "../ask/shared-answers";
import type { WorkOptions } from "../progress";
import type { Engine } from "../model/engine";
import type { EngineOptions } from "../model/options";
import type { Model } from "../model/model";
import type { SteeringProfile } from "../steering/profile";
import { profileSteering } from "../steering/profile-steering";
import { askQuestion, goldMargin } from "../ask/answer";
import { requireSamples } from "../ask/require-samples";
import { clustersOf, type Clusters } from "../statistics/clusters";
import type { Task } from "../tasks/task";
import { trialKey, type Trial } from "./gate";

/** How a trial answered a range of questions, in order. */
export interface TrialOutcome {
  readonly scores: readonly number[];
  /** The gold choice's log-probability minus the best other one's; undefined where there is none. */
  readonly margins: readonly (number | undefined)[];
}

/** The validation questions, and the model that answers them. */
export interface ValidationQuestions {
  readonly n: number;
  readonly clusters: Clusters;
  /** Whether every question has a margin. */
  readonly hasMargins: boolean;
  /** Runs the trials as forks of the prompts of questions `from` to `to`. */
  measure(trials: readonly Trial[], from?: number, to?: number): Promise<TrialOutcome[]>;
  /** Of all that was measured so far. */
  cost(): { readonly decodedTokens: number; readonly answers: number };
}

export interface ValidationOptions extends WorkOptions {
  readonly model: Model;
  readonly task: Task;
  readonly samples: readonly Sample[];
  readonly profileOf: (name: string, trial: Trial) => Promise<SteeringProfile>;
  readonly engine?: EngineOptions | undefined;
  readonly shared?: SharedAnswers | undefined;
}

/** Opens an engine when the first trial is measured. */
export class AskedValidation implements ValidationQuestions, AsyncDisposable {
  readonly n: number;
  readonly clusters: Clusters;
  readonly hasMargins: boolean;
  private opened: Engine | undefined;
  private answers = 0;
  private readonly known = new Map<string, Promise<TrialOutcome[]>>();

  constructor(private readonly options: ValidationOptions) {
    const { model, task, samples } = options;
    this.n = samples.length;
    this.clusters = clustersOf(samples.map(({ cluster }) => cluster));
    this.hasMargins = samples.every((sample) => {
      const question = askQuestion(model, task, sample);
      return goldMargin(question, new Float64Array(question.choiceTokens.length)) !== undefined;
    });
  }

  /** What was asked before, as P and P+ do, is not asked again. */
  async measure(trials: readonly Trial[], from = 0, to = this.n): Promise<TrialOutcome[]> {
    const key = JSON.stringify([trials.map(trialKey), from, to]);
    const outcomes = this.known.get(key) ?? this.ask(trials, from, to);
    this.known.set(key, outcomes);
    return outcomes;
  }

  private async ask(trials: readonly Trial[], from: number, to: number): Promise<TrialOutcome[]> {
    const { task, samples, profileOf, shared, onProgress, signal } = this.options;
    requireSamples(task, samples, "to validate on");
    const questions = samples.slice(from, to);
    const arms = [];
    for (const [i, trial] of trials.entries()) {
      const name = `trial ${i}`;
      arms.push({ name, steering: profileSteering(await profileOf(name, trial)), constrained: false });
    }
    const outcomes = await runArms(await this.engine(), task, questions, arms, { shared, onProgress, signal });
    this.answers += arms.length * questions.length;
    return outcomes.map(({ answers }) => ({
      scores: answers.map(({ score }) => score),
      margins: answers.map(({ margin }) => margin),
    }));
  }

  cost() {
    const { decodedTokens } = this.options.shared ?? this.opened?.statistics() ?? { decodedTokens: 0 };
    return { decodedTokens, answers: this.answers };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opened?.dispose();
  }

  private async engine(): Promise<Engine> {
    if (this.opened) return this.opened;
    const { model, task, engine } = this.options;
    return (this.opened = await model.createEngine(await roomFor(model, task, Infinity, engine)));
  }
}
