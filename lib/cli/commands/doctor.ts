import { type Command, Option } from "commander";
import { diagnose, type Diagnosis } from "../../doctor/doctor";
import type { NativeDevice } from "../../native/addon";
import { isSoftware } from "../../native/software-driver";
import { given } from "../../options/given";
import { interruptible } from "../interruptible";
import { printJson, printLines, table } from "../output";

interface DoctorFlags {
  model?: string;
  deep?: string;
  device?: string;
  json?: true;
}

export function addDoctor(command: Command): void {
  command
    .option("--model <file>", "GGUF model to check the engine with (default: the demo's)")
    .addOption(
      new Option("--deep <file>", "read and steer every layer of this model, on the device and on the CPU").conflicts(
        "model",
      ),
    )
    .option("--device <name>", "what to run the model on (default: auto)")
    .option("--json", "print it as one JSON document")
    .action(interruptible(doctor));
}

async function doctor(signal: AbortSignal, { model, deep, device, json }: DoctorFlags): Promise<void> {
  const diagnosis = await diagnose({ ...given({ model: deep ?? model, device }), deep: deep !== undefined, signal });
  if (json) printJson(diagnosis);
  else printLines(lines(diagnosis));
  if (!diagnosis.ok) process.exitCode = 1;
}

/** Whose the fastest products are, of quantised weights and of others. */
const PRODUCTS: Record<Diagnosis["products"], string> = {
  "fastest-int8": "quantised weights with rows of 8 bits (VNNI), others in float32",
  "fastest-float32": "in float32 (AVX2)",
  float32: "in float32",
  "llama.cpp": "llama.cpp's: this processor has no AVX2",
};

function lines({
  versions,
  platform,
  plugins,
  devices,
  device: auto,
  products,
  missing,
  cache,
  checks,
}: Diagnosis): string[] {
  const { corrsteer, node, llamaCpp } = versions;
  const facts = [
    ["corrsteer", corrsteer],
    ["node", node],
    ["llama.cpp", `${llamaCpp.loaded ?? "not loaded"} (needs ${llamaCpp.expected})`],
    ["libraries", platform.libraries ?? `${platform.package ?? "no package for this platform"}: not installed`],
    ...plugins.files.map((file) => ["plugin", file]),
    ...devices.map((device) => ["device", deviceLine(device)]),
    ["auto", `--device auto is ${auto}`],
    ["products", PRODUCTS[products]],
    ...missing.map((sentence) => ["missing", sentence]),
    ["cache", cache],
    ...checks.map(({ name, status, detail }) => [status, `${name}: ${detail}`]),
  ];
  return table(facts, [0, 1]);
}

function deviceLine(device: NativeDevice): string {
  const { name, description, type, memoryFreeBytes: free, memoryTotalBytes: total } = device;
  const kind = isSoftware(device) ? "a driver that computes on the CPU" : type;
  return `${name}: ${description} (${kind}, ${gigabytes(free)} of ${gigabytes(total)} GB free)`;
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}
