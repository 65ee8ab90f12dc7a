import { isSoftware } from "../../lib/native/software-driver";
import { loadAddon } from "../../lib/native/load";

/** The device that these tests are about: the one that CORRSTEER_TEST_DEVICE names, else any but the CPU. */
export const chosen = loadAddon()
  .devices()
  .find((device) => {
    const named = process.env["CORRSTEER_TEST_DEVICE"];
    return named === undefined ? isSoftware(device) || device.type.endsWith("gpu") : device.name === named;
  });

/** Skips what it describes where there is no such device. */
export const describeOnDevice = chosen ? describe : describe.skip;
if (!chosen) console.warn("no device but the CPU: its tests are skipped (`npm run test:device` adds one)");
