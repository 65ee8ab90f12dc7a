import type { Scorer } from "./scorer";

type Reads = NonNullable<Scorer["reads"]>;

/** There is text. */
export const anyText: Reads = ({ completion }) => completion.trim() !== "";

/** The answer matches one of the choices, where there are some; else there is text. */
export function anyChoice(matches: (completion: string, choice: string) => boolean): Reads {
  return (answer, sample) =>
    sample.choices?.some((choice) => matches(answer.completion, choice)) ?? anyText(answer, sample);
}
