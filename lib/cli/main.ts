#!/usr/bin/env node
import { reportFailure } from "./failure";
import { createProgram } from "./program";

process.stdout.on("error", reportFailure);
createProgram().parseAsync().catch(reportFailure);
