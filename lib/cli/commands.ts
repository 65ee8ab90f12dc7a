/* eslint-disable @typescript-eslint/no-require-imports -- the parser's callbacks wait for no `import()` */
import type { Command } from "commander";

interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** What gives it its arguments, options and action. */
  readonly load: () => (command: Command) => void;
  /** Whether it tells of the other commands, which have to be loaded then. */
  readonly isOfAll?: true;
}

/** In the order of the help. A command's code is loaded when it is called: reading all of it takes half a second. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "run",
    description: "do the whole job: collect, rank, select, evaluate, report",
    load: () => (require("./commands/run") as typeof import("./commands/run")).addRun,
  },
  {
    name: "train",
    description: "train SAEs for a model that has none, from texts that it reads",
    load: () => (require("./commands/train") as typeof import("./commands/train")).addTrain,
  },
  {
    name: "collect",
    description: "ask the model, and keep the SAE activations of its answers with their scores",
    load: () => (require("./commands/collect") as typeof import("./commands/collect")).addCollect,
  },
  {
    name: "rank",
    description: "order each layer's features by the correlation of activation and score; runs no model",
    load: () => (require("./commands/rank") as typeof import("./commands/rank")).addRank,
  },
  {
    name: "select",
    description: "make steering profiles of a run's ranking; model, SAEs and questions are the run's",
    load: () => (require("./commands/select") as typeof import("./commands/select")).addSelect,
  },
  {
    name: "evaluate",
    description: "compare a run's profiles with no steering, on questions that nothing was chosen on",
    load: () => (require("./commands/evaluate") as typeof import("./commands/evaluate")).addEvaluate,
  },
  {
    name: "report",
    description: "write report.html of an evaluated run: one file that needs no network",
    load: () => (require("./commands/report") as typeof import("./commands/report")).addReport,
  },
  {
    name: "transfer",
    description:
      "apply the profile of each run to the test questions of each: does what was found for one task help another",
    load: () => (require("./commands/transfer") as typeof import("./commands/transfer")).addTransfer,
  },
  {
    name: "compare",
    description: "put evaluated runs side by side: seeds, models, quantisations, tasks",
    load: () => (require("./commands/compare") as typeof import("./commands/compare")).addCompare,
  },
  {
    name: "shard",
    description: "do a run in parts on any number of machines: plan, work, submit, merge, status",
    load: () => (require("./commands/shard") as typeof import("./commands/shard")).addShard,
  },
  {
    name: "sweep",
    description: "do a run for each combination of models, tasks, seeds, variants, ..., and put them side by side",
    load: () => (require("./commands/sweep") as typeof import("./commands/sweep")).addSweep,
  },
  {
    name: "ask",
    description: "show what the model sees of a few questions, token by token, what it answers, and the scores",
    load: () => (require("./commands/ask") as typeof import("./commands/ask")).addAsk,
  },
  {
    name: "generate",
    description: "answer prompts, plain or steered: one, or many at once",
    load: () => (require("./commands/generate") as typeof import("./commands/generate")).addGenerate,
  },
  {
    name: "serve",
    description: "serve a model over HTTP: OpenAI's API, with steering",
    load: () => (require("./commands/serve") as typeof import("./commands/serve")).addServe,
  },
  {
    name: "chat",
    description: "talk with a model in the terminal, and steer it between answers",
    load: () => (require("./commands/chat") as typeof import("./commands/chat")).addChat,
  },
  {
    name: "capture",
    description: "write residual rows and logits of prompts to safetensors files",
    load: () => (require("./commands/capture") as typeof import("./commands/capture")).addCapture,
  },
  {
    name: "encode",
    description: "write the SAE activations of residual rows to a safetensors file, as acts [n, d_sae]",
    load: () => (require("./commands/encode") as typeof import("./commands/encode")).addEncode,
  },
  {
    name: "models",
    description:
      "list models with public SAEs, what of both is downloaded already, and what fits this machine's memory",
    load: () => (require("./commands/models") as typeof import("./commands/models")).addModels,
  },
  {
    name: "inspect",
    description: "say what is in a model, an SAE, a folder of SAEs, a run directory or a steering profile",
    load: () => (require("./commands/inspect") as typeof import("./commands/inspect")).addInspect,
  },
  {
    name: "sae",
    description: "look at SAEs, check how they are kept, write them in SAELens' format",
    load: () => (require("./commands/sae") as typeof import("./commands/sae")).addSae,
  },
  {
    name: "features",
    description: "write pages that show what the features of SAEs are, from one reading of a text",
    load: () => (require("./commands/features") as typeof import("./commands/features")).addFeatures,
  },
  {
    name: "label",
    description: "name features of such pages by a model behind an OpenAI-compatible API, and score the names",
    load: () => (require("./commands/label") as typeof import("./commands/label")).addLabel,
  },
  {
    name: "control-vector",
    description: "make llama.cpp's control vectors of profiles, and profiles of those",
    load: () => (require("./commands/control-vector") as typeof import("./commands/control-vector")).addControlVector,
  },
  {
    name: "drift",
    description: "measure how far the features of one model, such as a quantisation, differ from another's",
    load: () => (require("./commands/drift") as typeof import("./commands/drift")).addDrift,
  },
  {
    name: "doctor",
    description: "say what corrsteer runs on here, and check that it works",
    load: () => (require("./commands/doctor") as typeof import("./commands/doctor")).addDoctor,
  },
  {
    name: "cache",
    description: "list what is kept to save time, and remove it; what is of the hub `hf cache` removes",
    load: () => (require("./commands/cache") as typeof import("./commands/cache")).addCache,
  },
  {
    name: "tasks",
    description: "list the benchmarks: where their questions come from, and how answers are scored",
    load: () => (require("./commands/tasks") as typeof import("./commands/tasks")).addTasks,
  },
  {
    name: "demo",
    description: "do the whole job on the tiny model that comes with the package, and tell what happens",
    load: () => (require("./commands/demo") as typeof import("./commands/demo")).addDemo,
  },
  {
    name: "init",
    isOfAll: true,
    description: "write a YAML file for a command's --config: every option with its text, at its default",
    load: () => (require("./commands/init") as typeof import("./commands/init")).addInit,
  },
  {
    name: "install",
    description: "add the backend of a GPU, of the release that is needed, to the project in this folder",
    load: () => (require("./commands/install") as typeof import("./commands/install")).addInstall,
  },
  {
    name: "build",
    description: "compile the native addon here, for a platform that none is prebuilt for",
    load: () => (require("./commands/build") as typeof import("./commands/build")).addBuild,
  },
  {
    name: "schema",
    isOfAll: true,
    description: "print the JSON schema of a command's YAML file (--config), for editors",
    load: () => (require("./commands/schema") as typeof import("./commands/schema")).addSchema,
  },
  {
    name: "completion",
    isOfAll: true,
    description: "print what makes a shell complete commands and options: source it, or keep it where the shell looks",
    load: () => (require("./commands/completion") as typeof import("./commands/completion")).addCompletion,
  },
];
