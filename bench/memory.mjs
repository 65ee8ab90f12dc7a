// What a run says of its memory before it begins, beside what it then takes at its peak; for the table of docs/models.md.
//   npm run build && node bench/memory.mjs run|collect OPTIONS
// --out is a folder that is removed afterwards unless one is given.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const UNITS = { MB: 1e6, GB: 1e9 };

const command = process.argv.slice(2);
const out = mkdtempSync(join(tmpdir(), "corrsteer-memory-"));
const program = [
  join(root, "dist", "cli", "main.js"),
  ...command,
  ...(command.includes("--out") ? [] : ["--out", join(out, "run")]),
];
const peak = join(root, "__tests__", "support", "peak-memory.cjs");
const env = { ...process.env, PEAK_MEMORY: join(out, "peak") };
const { status, stderr } = spawnSync(process.execPath, ["--require", peak, ...program], { encoding: "utf8", env });
const kib = readFileSync(env.PEAK_MEMORY, "utf8");
rmSync(out, { recursive: true });
const [, value, unit] = /Takes about ([\d.]+) (MB|GB) of memory/.exec(stderr) ?? [];
if (status !== 0 || value === undefined) throw new Error(stderr);
const estimate = Number(value) * UNITS[unit];
const measured = Number(kib) * 1024;
const mb = (bytes) => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
console.log(
  `estimate ${mb(estimate)}, peak ${mb(measured)}: ${((100 * (estimate - measured)) / measured).toFixed(1)} %`,
);
