// Loaded into a process by `--require`: at its end the most memory that it had goes to the file of PEAK_MEMORY, in KiB.
const { writeFileSync } = require("node:fs");

process.on("exit", () => writeFileSync(process.env.PEAK_MEMORY, String(process.resourceUsage().maxRSS)));
