export const PROMPT_STYLES = ["clean", "official", "chat"] as const;

/**
 * How questions are put. "clean": ours, plain text. "official": literally as the method's published code (seonglae/CorrSteer
 * 65ca523), its slips included. "chat": as a user's message, in the model's own chat template.
 */
export type PromptStyle = (typeof PROMPT_STYLES)[number];

/** What a task has to know to write its prompts. */
export interface Prompting {
  readonly style: PromptStyle;
  /** Whether the model is told to reason before it answers. */
  readonly chainOfThought: boolean;
  /** Whether the options stay out of the prompt, as each of them is tried as the answer. @default false */
  readonly optionsLeftOut?: boolean;
}

/** How questions are put unless their user says otherwise. */
export const DEFAULT_PROMPTING: Prompting = { style: "clean", chainOfThought: false };
