#!/usr/bin/env node
import { reportFailure } from "./failure";
import { createProgram } from "./program";

process.stdout.on("error", reportFailure);
process.stderr.on("error", () => {}); // nobody is left to be told
createProgram(process.argv.slice(2)).parseAsync().catch(reportFailure);
