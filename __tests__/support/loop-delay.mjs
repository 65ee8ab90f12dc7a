// node --import: LOOP_DELAY gets the longest while, in ms, for which this process's event loop did not turn.
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const delays = monitorEventLoopDelay();
delays.enable();
process.on("exit", () => writeFileSync(process.env.LOOP_DELAY, String(delays.max / 1e6)));
