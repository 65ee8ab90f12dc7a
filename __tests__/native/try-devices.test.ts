import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryDevices } from "../../lib/model/verify/devices";
import type { NativeDevice } from "../../lib/native/addon";
import { refusedDevices, resolveDevice } from "../../lib/native/devices";
import { freshCache } from "../support/cache";
import { temporaryFolder } from "../support/temporary-folder";

const cache = freshCache();
const folder = temporaryFolder();

function card(name: string): NativeDevice {
  return { name, description: "a card", backend: "CUDA", type: "gpu", memoryFreeBytes: 0, memoryTotalBytes: 1 };
}

/** A script in the place of the one that computes. */
function child(name: string, body: string): string {
  const path = join(folder, `${name}.js`);
  writeFileSync(path, body);
  return path;
}

test("a device over which its backend ends the process is left out, and by its name an error", async () => {
  const log = 'console.error("CUDA error: no kernel image\\n  current device: 0\\n  err");';
  const devices = [card("Dead0")];
  await tryDevices({ devices, child: child("aborts", `${log} process.abort();`) });
  expect(resolveDevice("auto", () => devices)).toBe("cpu");
  expect(refusedDevices()).toEqual([expect.stringMatching(/^Dead0 .*SIGABRT.*CUDA error: no kernel image$/)]);
  for (const name of ["cuda", "Dead0"]) {
    expect(() => resolveDevice(name, () => devices)).toThrow(expect.objectContaining({ code: "ERR_NATIVE_LOAD" }));
  }
  expect(existsSync(cache())).toBe(false); // drivers are mended
});

test("one that computes is remembered, and no process is started for it again", async () => {
  const devices = [card("Good0")];
  await tryDevices({ devices, child: child("lives", `process.send("lives", () => process.disconnect());`) });
  await tryDevices({ devices, child: child("would-abort", "process.abort();") });
  expect(resolveDevice("auto", () => devices)).toBe("Good0");
});

test("the script that computes says of a device of this machine that it does", async () => {
  await tryDevices({ devices: [{ ...card("CPU"), description: "this one" }] });
  expect(resolveDevice("CPU")).toBe("CPU");
});

test("one that computes something else is left out", async () => {
  const devices = [card("Wrong0")];
  const said = JSON.stringify({ message: "activation 2 is 1, not 2" });
  await tryDevices({ devices, child: child("wrong", `process.send(${said}, () => process.disconnect());`) });
  expect(() => resolveDevice("Wrong0", () => devices)).toThrow(/activation 2 is 1, not 2/);
});
