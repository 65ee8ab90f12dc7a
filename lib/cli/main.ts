#!/usr/bin/env node
import { endOnClosedPipe, reportFailure } from "./failure";
import { createProgram } from "./program";

endOnClosedPipe();
createProgram().parseAsync().catch(reportFailure);
