import type { ControlArm } from "./control-arm";

export const DRAWN_ROLES = ["random", "shuffled"] as const;
export type DrawnRole = (typeof DRAWN_ROLES)[number];

export function isDrawn(role: string): role is DrawnRole {
  return (DRAWN_ROLES as readonly string[]).includes(role);
}

/** A control that is drawn several times: one draw may hit a feature that matters. */
export interface DrawnControl {
  readonly role: DrawnRole;
  /** The profile's name. */
  readonly profile: string;
  /** Draws `from` to `to`, counted from 0 and the last one left out; fewer where not so many are to be had. */
  draw(from: number, to: number): Promise<ControlArm[]>;
}

/** The fewest draws among which a profile that is better than all of them has a rank p of .05. */
export const ENOUGH_DRAWS = 19;
