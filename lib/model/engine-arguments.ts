import { z } from "zod";
import { optionsOf } from "../arguments/kinds";
import { engineOptions } from "./options";

/** What `createEngine` takes; how much of it the machine has room for is the engine's affair. */
export const engineArgument = optionsOf(engineOptions.partial().shape);

export const engineArguments = z.object({ options: engineArgument });
