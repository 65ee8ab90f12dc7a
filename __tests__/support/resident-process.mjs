// One command after another in one process, each as lib/cli/main.ts runs it; what it printed goes back with its exit code.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { reportFailure } = require("../../dist/cli/failure.js");
const { createProgram } = require("../../dist/cli/program.js");

process.on("message", async (args) => {
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    process[name].write = (text) => {
      printed[name] += text;
      return true;
    };
  }
  process.exitCode = 0;
  await createProgram().parseAsync(args, { from: "user" }).catch(reportFailure);
  process.send({ code: process.exitCode, signal: null, ...printed });
});
