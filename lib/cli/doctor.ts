import type { Command } from "commander";
import { diagnose, type Diagnosis } from "../doctor/doctor";
import { given } from "../options/given";
import { interruptible } from "./interruptible";
import { printJson, printLines, table } from "./output";

interface DoctorFlags {
  model?: string;
  json?: true;
}

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("say what corrsteer runs on here, and check that it works")
    .option("--model <file>", "GGUF model to check the engine with (default: the demo's)")
    .option("--json", "print it as one JSON document")
    .action(interruptible(doctor));
}

async function doctor(signal: AbortSignal, { model, json }: DoctorFlags): Promise<void> {
  const diagnosis = await diagnose({ ...given({ model }), signal });
  if (json) printJson(diagnosis);
  else printLines(lines(diagnosis));
  if (!diagnosis.ok) process.exitCode = 1;
}

function lines({ versions, platform, plugins, devices, cache, checks }: Diagnosis): string[] {
  const { corrsteer, node, llamaCpp } = versions;
  const facts = [
    ["corrsteer", corrsteer],
    ["node", node],
    ["llama.cpp", `${llamaCpp.loaded ?? "not loaded"} (needs ${llamaCpp.expected})`],
    ["libraries", platform.libraries ?? `${platform.package ?? "no package for this platform"}: not installed`],
    ...plugins.files.map((file) => ["plugin", file]),
    ...plugins.failures.map((failure) => ["not loaded", failure]),
    ...devices.map(({ name, description, type, memoryFreeBytes }) => [
      "device",
      `${name}: ${description} (${type}, ${(memoryFreeBytes / 1e9).toFixed(1)} GB free)`,
    ]),
    ["cache", cache],
    ...checks.map(({ name, status, detail }) => [status, `${name}: ${detail}`]),
  ];
  return table(facts, [0, 1]);
}
