import type { Ahead } from "../pipeline/ahead";
import { quantity } from "../quantity";
import type { CausalAhead } from "../select/causal-ahead";
import type { CommandProgress, ProgressFlags } from "./progress";
import { byteText } from "./progress-text";

/** Says on stderr what a run takes, before it begins. */
export function tellOfAhead(progress: CommandProgress, { quiet }: ProgressFlags): (ahead: Ahead) => void {
  return (ahead) => {
    if (!quiet) progress.say(aheadLines(ahead));
  };
}

/** The same of selection by effect. */
export function tellOfCausal(progress: CommandProgress, { quiet }: ProgressFlags): (ahead: CausalAhead) => void {
  return (ahead) => {
    if (!quiet) progress.say([causalLine(ahead)]);
  };
}

/** "Selection by effect asks 40 candidates 200 questions: at most 8,200 answers." */
export function causalLine({ nCandidates, nLeftOut, nQuestions, mostAnswers }: CausalAhead): string {
  const without = nLeftOut > 0 ? `; the budget leaves out ${quantity(nLeftOut, "candidate")}` : "";
  const asked = `${quantity(nCandidates, "candidate")} ${quantity(nQuestions, "question")}`;
  return `Selection by effect asks ${asked}: at most ${quantity(mostAnswers, "answer")}${without}.`;
}

/** "Takes a download of 1.2 GB." "Takes about 3.1 GB of memory (...); 12.3 GB are free." */
export function aheadLines({ downloadBytes, memory, machine: { freeBytes } }: Ahead): string[] {
  const download = downloadBytes > 0 ? [`Takes a download of ${byteText(downloadBytes)}.`] : [];
  if (!memory) return download;
  const { total, model, cache, saes, spool } = memory;
  const parts = Object.entries({ model, cache, SAEs: saes, "rows that wait": spool })
    .filter(([, bytes]) => bytes > 0)
    .map(([name, bytes]) => `${name} ${byteText(bytes)}`);
  const free = `${byteText(freeBytes)} are free`;
  const advice = total > freeBytes ? ": fewer layers, a smaller quantisation or --weight-type q8_0 need less" : "";
  return [...download, `Takes about ${byteText(total)} of memory (${parts.join(", ")}); ${free}${advice}.`];
}
