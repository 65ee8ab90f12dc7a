// npm run test:device -- --device cuda|vulkan [--parity] [--model FILE --saes DIR] [--seconds N] [--out DIR]
// Whether a device computes what the CPU does, and how fast it is: the tests of this folder, and the rows of the benchmark
// (not with --parity), within N seconds. OUT gets device.json, device.md for docs/results.md, and jest.json. The backend is
// the pinned package's, which npm puts into build once, or what CORRSTEER_BACKEND_PLUGINS lists.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { resolveDevice } from "../../lib/native/devices";
import { isSoftware } from "../../lib/native/software-driver";
import { loadAddon } from "../../lib/native/load";
import { ADDED_BACKENDS, type AddedBackend } from "../../lib/native/plugins";
import { backendLibrary } from "./backend";
import { measure } from "./measure";
import { runParity } from "./parity";
import { markdown } from "./report";

const { values } = parseArgs({
  options: {
    device: { type: "string" },
    parity: { type: "boolean", default: false },
    model: { type: "string" },
    saes: { type: "string" },
    seconds: { type: "string", default: "480" },
    out: { type: "string" },
  },
});
const begun = performance.now();
const backend = ADDED_BACKENDS.find((name) => name === values.device);
if (!backend) throw new Error(`--device: expected one of ${ADDED_BACKENDS.join(", ")}, got ${String(values.device)}`);

const device = deviceOf(backend);
const out = values.out ?? join("build", "device", backend);
mkdirSync(out, { recursive: true });
const parity = runParity(device, out);
const left = Number(values.seconds) - (performance.now() - begun) / 1000;
const speed = values.parity
  ? undefined
  : measure({
      device: device.name,
      model: values.model,
      saes: values.saes,
      seconds: left,
      small: isSoftware(device),
      out,
    });
const report = { date: new Date().toISOString().slice(0, 10), backend, device, parity, speed };
writeFileSync(join(out, "device.json"), `${JSON.stringify(report, null, 2)}\n`);
writeFileSync(join(out, "device.md"), markdown(report));
console.log(markdown(report));
if (parity.failed > 0 || parity.skipped > 0 || parity.passed === 0) process.exitCode = 1;

/** The backend's first device. */
function deviceOf(backend: AddedBackend) {
  process.env["CORRSTEER_BACKEND_PLUGINS"] ??= backendLibrary(backend);
  // ggml leaves drivers that compute on the CPU out, unless it is told which devices to take.
  if (backend === "vulkan") process.env["GGML_VK_VISIBLE_DEVICES"] ??= "0";
  const name = resolveDevice(backend);
  return loadAddon()
    .devices()
    .find((device) => device.name === name)!;
}
