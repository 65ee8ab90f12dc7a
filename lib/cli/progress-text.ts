import type { Progress } from "../progress";
import { duration } from "../quantity";

/** What a stage of a command is at. */
export interface StageProgress extends Progress {
  /** "collect", "evaluate", ... */
  readonly stage: string;
}

const MINUTE = 60;

/** "evaluate: 24 arms x 200 questions, about 19 min" */
export function estimateText({ stage, step }: StageProgress, secondsLeft: number): string {
  return `${stage}: ${step}, about ${duration(secondsLeft)}`;
}

/**
 * "evaluate: 24 arms x 200 questions, 57/200, 19 questions/min, about 8 min left"; without a rate, what is known.
 * @param width where that is longer, the words in front are cut
 */
export function progressText(progress: StageProgress, rate: number | undefined, width = Infinity): string {
  const { stage, step, done, total, unit } = progress;
  const measured = rate !== undefined && rate > 0 && done < total;
  const left = measured ? [speed(rate, unit), `about ${duration((total - done) / rate)} left`] : [];
  const numbers = [share(progress), ...left].map((part) => `, ${part}`).join("");
  const words = `${stage}: ${step}`;
  const room = width - numbers.length;
  return (words.length <= room ? words + numbers : `${words.slice(0, Math.max(0, room - 3))}...${numbers}`).slice(
    0,
    width,
  );
}

function share({ done, total, unit }: StageProgress): string {
  if (unit !== "bytes") return `${Math.floor(done)}/${total}`;
  const { divisor, name } = byteScale(total);
  return `${(done / divisor).toFixed(1)}/${(total / divisor).toFixed(1)} ${name}`;
}

/** By the second where that is one or more, else by the minute. */
function speed(perSecond: number, unit: string): string {
  if (unit === "bytes") {
    const { divisor, name } = byteScale(perSecond);
    return `${rounded(perSecond / divisor)} ${name}/s`;
  }
  return perSecond >= 1 ? `${rounded(perSecond)} ${unit}/s` : `${rounded(perSecond * MINUTE)} ${unit}/min`;
}

/** "1.7 GB" */
export function byteText(bytes: number): string {
  const { divisor, name } = byteScale(bytes);
  return `${(bytes / divisor).toFixed(1)} ${name}`;
}

function byteScale(bytes: number): { divisor: number; name: string } {
  if (bytes >= 1e9) return { divisor: 1e9, name: "GB" };
  return bytes >= 1e5 ? { divisor: 1e6, name: "MB" } : { divisor: 1e3, name: "kB" };
}

/** As exact as a rate is: one digit after the point below 10. */
function rounded(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
