import type { Engine } from "../model/engine";
import type { NeutralText } from "../neutral/part";
import type { Scaled } from "../neutral/largest-within";
import { scalesWithin, type Scalable } from "../neutral/scale-within";
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
   * @throws as `scalesWithin`
   */
  async dosed(arms: readonly PlannedArm[]): Promise<PlannedArm[]> {
    const unknown = new Map<string, Scalable>();
    for (const { name, sameAs, steering, ...arm } of arms) {
      if (sameAs !== null || steering?.isEmpty !== false) continue;
      const key = keyOf({ name, sameAs, ...arm });
      if (!this.known.has(key) && !unknown.has(key)) unknown.set(key, { name, steeringAt: (scale) => steering.scaled(scale) }); // prettier-ignore
    }
    const { nats, neutral } = this.equal;
    const options = { nats, of: "p95Kl", texts: neutral.texts, ...this.work } as const;
    const found = await scalesWithin(this.engine, [...unknown.values()], options);
    [...unknown.keys()].forEach((key, i) => this.known.set(key, found[i]!));
    return arms.map((arm) => {
      const dose = this.known.get(keyOf(arm));
      return dose && arm.steering ? { ...arm, steering: arm.steering.scaled(dose.scale), dose } : arm;
    });
  }
}

/** What has one dose: a profile by its name, or that of the profile that is the same. */
function keyOf({ name, role, profile, sameAs }: Omit<PlannedArm, "steering">): string {
  if (role === "profile") return sameAs ?? name;
  return role === "scale" || role === "constrained" || isDrawn(role) ? profile! : name;
}
