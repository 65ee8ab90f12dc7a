import type { Command } from "commander";
import { z } from "zod";
import { errorCode, errorMessage } from "../../errors";
import { featurePages } from "../../features/folder";
import { lengthOptions } from "../../model/branch";
import { Generator } from "../../model/generate/generator";
import { reasoningOptions } from "../../model/generate/options";
import { modelOptions } from "../../model/options";
import { samplingOptions } from "../../model/sampling";
import { printable } from "../../printable";
import { ChatTemplate } from "../../prompt/chat-template";
import { complete, perform } from "../chat/all-commands";
import { answer } from "../chat/answer";
import { Chat } from "../chat/chat";
import { Input } from "../chat/input";
import { activate } from "../chat/profiles";
import { addDeclared, declared } from "../declared-options";
import { Interrupted } from "../failure";
import { inFlags } from "../in-flags";
import { interruptible, takeInterrupts } from "../interruptible";
import { loadedModel } from "../loaded-model";
import type { ProgressFlags } from "../progress";
import { addSteering, scaleOf, type SteeringFlags } from "../steering-flags";

interface Flags extends SteeringFlags, ProgressFlags {
  profiles: string;
  sae?: string[];
  features?: string;
  system?: string;
}

const answerOptions = z.object({ ...lengthOptions.shape, ...reasoningOptions.shape });

export function addChat(command: Command): void {
  command
    .option("--system <text>", "the system message (default: the template's)")
    .option("--profiles <folder>", "where /steer looks for profiles by name", ".")
    .option("--sae <source...>", "SAEs whose features /features shows: as for run")
    .option("--features <folder>", "pages of corrsteer features, which /features links to")
    .action(interruptible(chat));
  addDeclared(command, "Model:", modelOptions);
  addSteering(command);
  addDeclared(command, "Generating:", answerOptions);
  addDeclared(command, "Sampling:", samplingOptions);
}

async function chat(signal: AbortSignal, flags: Flags, command: Command): Promise<void> {
  const { model: loaded, room } = await loadedModel(declared(modelOptions, flags), signal, flags);
  await using model = loaded;
  ChatTemplate.of(model, {}, "a model tuned for chats has one; generate --raw goes on from text");
  const generator = new Generator(await model.createEngine(room));
  const options = { ...declared(answerOptions, flags), ...declared(samplingOptions, flags) };
  const { system, profiles, sae = [], features, quiet = false } = flags;
  const pages = features === undefined ? undefined : await featurePages(features);
  const chat = new Chat(model, generator, options, system, profiles, sae, pages, quiet);
  if (flags.steer !== undefined) {
    chat.active = await activate(flags.steer, scaleOf(flags), flags.profiles, model, signal);
  }
  chat.note(`${model.info.description}: /help lists what else can be done`);
  const input = new Input(process.stdin, process.stdout, complete);
  const end = () => {
    input.close();
  };
  signal.addEventListener("abort", end);
  try {
    await converse(chat, input, signal, command);
  } finally {
    input.close();
    signal.removeEventListener("abort", end);
  }
  signal.throwIfAborted();
}

async function converse(chat: Chat, input: Input, signal: AbortSignal, command: Command): Promise<void> {
  while (!chat.isOver && !signal.aborted) {
    const said = await input.next(chat.prompt);
    if (said === undefined) return;
    if (said.trim() === "") continue;
    const work = said.startsWith("/") ? perform : answer;
    try {
      await untilInterrupted(input, signal, (either) => work(chat, said, either));
    } catch (error) {
      tell(inFlags(error, command));
    }
  }
}

/** Ctrl-C ends this work; a second one the program. @throws what goes wrong otherwise */
async function untilInterrupted(
  input: Input,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const release = takeInterrupts(() => {
    interrupt();
  });
  const interrupt = () => {
    if (!stop.signal.aborted) stop.abort(new Interrupted());
    else {
      release();
      process.kill(process.pid, "SIGINT");
    }
  };
  input.onInterrupt = interrupt;
  try {
    await work(AbortSignal.any([signal, stop.signal]));
  } catch (error) {
    if (!stop.signal.aborted && !signal.aborted) throw error;
  } finally {
    input.onInterrupt = undefined;
    release();
  }
}

/** What went wrong: the chat goes on, but a script fails at its end. */
function tell(error: unknown): void {
  process.stderr.write(`${errorCode(error) ?? "ERR_INTERNAL"} ${printable(errorMessage(error))}\n`);
  if (!process.stdin.isTTY) process.exitCode = 1;
}
