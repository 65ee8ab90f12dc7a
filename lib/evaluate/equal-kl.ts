import type { Engine } from "../model/engine";
import type { NeutralText } from "../neutral/part";
import { scaleWithin, type Scaled } from "../neutral/scale-within";
import type { WorkOptions } from "../progress";
import type { PlannedArm } from "./arms";
import { isDrawn } from "./controls/drawn";

/** How far every arm is to move the model: the 95th percentile of its divergence on neutral text, nats a token. */
export interface EqualKl {
  readonly nats: number;
  /** To tune on: others than are reported on. */
  readonly neutral: NeutralText;
}

/** Gives arms the dose at which they move the model equally far. Asked twice for the same, it measures once. */
export class Dosing {
  private readonly known = new Map<string, Scaled>();

  constructor(
    private readonly engine: Engine,
    private readonly equal: EqualKl,
    private readonly work: WorkOptions,
  ) {}

  /**
   * Each arm that steers, scaled. Multiples of a profile and its arms with forced choices are of the profile at its dose, and so
   * are draws, which add as much as the profile does; what else is in a profile's place has a dose of its own.
   *
   * @param arms profiles before what is in their place
   * @throws as `scaleWithin`
   */
  async dosed(arms: readonly PlannedArm[]): Promise<PlannedArm[]> {
    const dosed: PlannedArm[] = [];
    for (const arm of arms) {
      const dose = arm.steering?.isEmpty === false ? await this.doseOf(arm) : undefined;
      dosed.push(dose ? { ...arm, steering: arm.steering!.scaled(dose.scale), dose } : arm);
    }
    return dosed;
  }

  private async doseOf({ name, role, profile, sameAs, steering }: PlannedArm): Promise<Scaled> {
    const ofProfile = role === "scale" || role === "constrained" || isDrawn(role);
    const key = ofProfile ? profile! : (sameAs ?? name);
    const { nats, neutral } = this.equal;
    const steeringAt = (scale: number) => steering!.scaled(scale);
    const found =
      this.known.get(key) ??
      (await scaleWithin(this.engine, { nats, of: "p95Kl", texts: neutral.texts, steeringAt, ...this.workOn(name) }));
    this.known.set(ofProfile ? key : name, found);
    return found;
  }

  private workOn(name: string): WorkOptions {
    const { onProgress, signal } = this.work;
    if (!onProgress) return { signal };
    return { onProgress: (progress) => onProgress({ ...progress, step: `dose of ${name}, ${progress.step}` }), signal };
  }
}
