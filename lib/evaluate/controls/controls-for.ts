/** Profiles that controls are run for. Of one that does not gain they could not tell what its gain is due to. */
export const CONTROLS_FOR = ["gaining", "all"] as const;
export type ControlsFor = (typeof CONTROLS_FOR)[number];
