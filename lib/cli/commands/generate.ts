import { Option, type Command } from "commander";
import { z } from "zod";
import { readJson } from "../../files/json";
import { lengthOptions } from "../../model/branch";
import { Generator } from "../../model/generate/generator";
import { reasoningOptions, scoreOptions } from "../../model/generate/options";
import { modelOptions } from "../../model/options";
import { samplingOptions } from "../../model/sampling";
import { given } from "../../options/given";
import { answerAll, type AnswerFlags, answerOne, type Ways } from "../answer-prompts";
import { promptOf, readPrompts, readTextFile } from "../asked-prompts";
import { addDeclared, declared } from "../declared-options";
import { interruptible } from "../interruptible";
import { loadedModel } from "../loaded-model";
import { addSteering, steeringOf, type SteeringFlags } from "../steering-flags";
import { watchedBy } from "../watched-features";

interface Flags extends SteeringFlags, AnswerFlags {
  prompt?: string;
  promptFile?: string;
  prompts?: string;
  field: string;
  system?: string;
  chat?: true;
  raw?: true;
  schema?: string;
  grammar?: string;
  compare?: true;
  sae?: string[];
  showFeatures?: string | true;
}

const aSchema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);
const answerOptions = z.object({ ...lengthOptions.shape, ...reasoningOptions.shape });

export function addGenerate(command: Command): void {
  command
    .addOption(new Option("--prompt <text>", "the prompt").conflicts(["promptFile", "prompts"]))
    .addOption(
      new Option("--prompt-file <file>", "the prompt, from a file; -: from standard input").conflicts("prompts"),
    )
    .option("--prompts <file>", "a prompt a line, from JSON Lines; -: from standard input. Answers are JSON Lines then")
    .option("--field <name>", "where a line of --prompts has its prompt, a text or a list of messages", "prompt")
    .addOption(
      new Option("--chat", "prompts are a user's messages (default: if the model has a template)").conflicts("raw"),
    )
    .addOption(new Option("--raw", "prompts are text to go on from").conflicts("system"))
    .option("--system <text>", "the system message (default: the template's)")
    .option("--schema <file>", "hold answers to a JSON schema")
    .addOption(new Option("--grammar <file>", "hold answers to a grammar in GBNF").conflicts("schema"))
    .option("--compare", "answer plain and steered, from one prefill")
    .option("--sae <source...>", "SAEs whose features are shown: as for run")
    .option("--show-features [names]", "how active features such as sae/4711,sae/42 are (default: those of --steer)")
    .option("--json", "print the answer with tokens, stop reason, usage and receipt as one JSON document")
    .action(interruptible(generate));
  addDeclared(command, "Model:", modelOptions);
  addSteering(command);
  addDeclared(command, "Generating:", answerOptions);
  addDeclared(command, "Sampling:", samplingOptions);
  addDeclared(command, "Of the tokens:", scoreOptions);
}

async function generate(signal: AbortSignal, flags: Flags, command: Command): Promise<void> {
  if ((flags.prompt ?? flags.promptFile ?? flags.prompts) === undefined) {
    return command.error("give a prompt: --prompt, --prompt-file or --prompts", { exitCode: 2 });
  }
  if (flags.compare && flags.steer === undefined) return command.error("--compare needs --steer", { exitCode: 2 });
  const features = flags.showFeatures;
  if (features !== undefined && !flags.sae) return command.error("--show-features needs --sae", { exitCode: 2 });
  if (features === true && flags.steer === undefined) {
    return command.error("--show-features needs names, or --steer", { exitCode: 2 });
  }
  const { model: loaded, room } = await loadedModel(declared(modelOptions, flags), signal, flags);
  await using model = loaded;
  const generator = new Generator(await model.createEngine(room));
  const steering = await steeringOf(flags, model, signal);
  const steered = given({ steering });
  const ways: Ways = new Map(flags.compare ? Object.entries({ plain: {}, steered }) : [["", steered]]);
  const hasTemplate = model.info.chatTemplate !== undefined;
  const isChat = !flags.raw && (flags.chat === true || flags.system !== undefined || hasTemplate);
  const as = { isChat, system: flags.system };
  const watched = features === true ? { profile: flags.steer! } : features;
  const options = {
    ...(watched !== undefined && { watch: await watchedBy(watched, flags.sae!) }),
    ...(flags.schema !== undefined && { schema: await readJson(flags.schema, aSchema) }),
    ...(flags.grammar !== undefined && { grammar: await readTextFile("grammar", flags.grammar) }),
    ...declared(answerOptions, flags),
    ...declared(samplingOptions, flags),
    ...declared(scoreOptions, flags),
  };
  if (flags.prompts === undefined) {
    const text = flags.prompt ?? (await readTextFile("promptFile", flags.promptFile!));
    await answerOne(generator, promptOf(text, as), ways, { ...options, signal }, flags);
  } else {
    const asked = await readPrompts(flags.prompts, flags.field, as);
    await answerAll(generator, asked, ways, options, signal, flags);
  }
}
