import { errorCode, errorMessage, type ErrorCode, SteeringError } from "../errors";
import { drained } from "../model/drained";
import type { Generator } from "../model/generate/generator";
import { inOrder } from "../model/generate/in-order";
import type { Prompt, ReplyOptions, ReplyWay } from "../model/generate/options";
import type { Watched } from "../model/branch";
import type { Reply } from "../model/generate/reply";
import { quantity } from "../quantity";
import type { AskedPrompt } from "./asked-prompts";
import { log, printJson, printJsonLine, printLines, printText } from "./output";
import { type ProgressFlags, showProgress } from "./progress";
import { replyDocument, replySummary } from "./reply-lines";
import { featureLines } from "./watched-features";

/** The ways of answering, by name. */
export type Ways = ReadonlyMap<string, ReplyWay>;

export interface AnswerFlags extends ProgressFlags {
  json?: true;
}

/** Prompts in the engine's queue at once. */
const IN_FLIGHT = 64;

/** Prints the answer to one prompt: the first way's text as it comes. */
export async function answerOne(
  generator: Generator,
  prompt: Prompt,
  ways: Ways,
  options: ReplyOptions,
  flags: AnswerFlags,
): Promise<void> {
  const stream = generator.streamFork(prompt, [...ways.values()], options);
  const [name = ""] = ways.keys();
  if (name !== "" && !flags.json) printText(`${name}:\n`);
  const replies = await drained(stream, ({ branch, text }) => {
    if (!flags.json && branch === 0) printText(text);
  });
  const { watch } = options;
  if (flags.json) printJson(documentOf(ways, replies, watch));
  else {
    printText("\n");
    for (const [i, name] of [...ways.keys()].entries()) {
      if (i > 0) printText(`\n${name}:\n${replies[i]!.text}\n`);
      if (watch) printLines(["", ...featureLines(watch, replies[i]!, generator.engine.model)]);
    }
  }
  if (!flags.quiet) for (const reply of replies) log(replySummary(reply));
}

/**
 * Prints the answers to many prompts, each in its line, and how far they are.
 *
 * @throws the first failure, once all have been tried
 */
export async function answerAll(
  generator: Generator,
  asked: readonly AskedPrompt[],
  ways: Ways,
  options: ReplyOptions,
  signal: AbortSignal,
  flags: AnswerFlags,
): Promise<void> {
  const failures: { id: string; error: unknown }[] = [];
  const answer = ({ prompt }: AskedPrompt, signal: AbortSignal) =>
    generator.fork(prompt, [...ways.values()], { ...options, signal });
  await showProgress(signal, flags, async (progress) => {
    const total = asked.length;
    let done = 0;
    const report = () => {
      progress({ stage: "generate", step: quantity(total, "prompt"), done, total, unit: "prompts" });
    };
    report();
    for await (const result of inOrder(asked, answer, IN_FLIGHT, signal)) {
      const { id } = asked[done++]!;
      progress.clear();
      if (result.status === "fulfilled") printJsonLine({ id, ...documentOf(ways, result.value, options.watch) });
      else {
        failures.push({ id, error: result.reason });
        printJsonLine({ id, error: failureDocument(result.reason) });
      }
      report();
    }
  });
  const [first] = failures;
  if (first) throw failureOf(first, failures.length, asked.length);
}

/** The answer itself, or where there are several each by its way's name. */
function documentOf(ways: Ways, replies: readonly Reply[], watch: Watched | undefined): object {
  if (ways.size === 1) return replyDocument(replies[0]!, watch);
  return Object.fromEntries([...ways.keys()].map((name, i) => [name, replyDocument(replies[i]!, watch)]));
}

function failureDocument(error: unknown): object {
  return { code: errorCode(error) ?? "ERR_INTERNAL", message: errorMessage(error) };
}

function failureOf({ id, error }: { id: string; error: unknown }, count: number, total: number): SteeringError {
  const { code, message } = failureDocument(error) as { code: ErrorCode; message: string };
  const text = `${count} of ${quantity(total, "prompt")} had no answer; the first of them, ${id}: ${message}`;
  return new SteeringError(code, text, { prompt: id }, { cause: error });
}
