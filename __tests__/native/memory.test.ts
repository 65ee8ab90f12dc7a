import { mkdtempSync, openSync, closeSync, writeSync, ftruncateSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "./child";

/** Leaves the process `mib` more of address space than it has: Linux has a program for that. */
const leave = `
const leave = (mib) => {
  const kib = Number(/VmSize:\\s+(\\d+)/.exec(require("node:fs").readFileSync("/proc/self/status", "utf8"))[1]);
  const limit = "--as=" + (kib + mib * 1024) * 1024;
  require("node:child_process").execFileSync("prlimit", ["--pid", String(process.pid), limit]);
};
const addon = require(${JSON.stringify(join(__dirname, "..", "..", "dist", "native", "load.js"))}).loadAddon();
const code = async (call) => { try { await call(); return "none"; } catch (error) { return error.code; } };
`;
const outOfMemory = { code: 0, signal: null, stderr: "", stdout: "ERR_OUT_OF_MEMORY\n" };
const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("an argument that there is no memory for is an error", async () => {
  const script = `
    const logits = new Float32Array(1e8);
    leave(200);
    code(() => addon.compareLogits(logits, logits, 1000)).then(console.log);`;
  expect(await runChild(leave + script)).toEqual(outOfMemory);
});

onLinux("threads that the system does not start are an error", async () => {
  const script = `
    Model.load(path).then((model) => {
      leave(400);
      return code(() => model.createEngine({ threads: 200 }));
    }).then(console.log);`;
  expect(await runChild(leave + script)).toEqual(outOfMemory);
});

onLinux("a result that there is no memory for is an error", async () => {
  const folder = mkdtempSync(join(tmpdir(), "corrsteer-memory-"));
  const path = join(folder, "large.safetensors");
  const bytes = 128 * 2 ** 20;
  const header = JSON.stringify({ x: { dtype: "F32", shape: [bytes / 4], data_offsets: [0, bytes] } });
  const file = openSync(path, "w");
  writeSync(file, Buffer.from(BigUint64Array.of(BigInt(header.length)).buffer));
  writeSync(file, header);
  ftruncateSync(file, 8 + header.length + bytes);
  closeSync(file);
  const script = `
    addon.openSafetensors(${JSON.stringify(path)}).then((file) => {
      leave(64);
      return code(() => file.readFloat32("x"));
    }).then(console.log);`;
  try {
    expect(await runChild(leave + script)).toEqual(outOfMemory);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
