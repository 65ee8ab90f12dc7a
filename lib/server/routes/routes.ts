import type { App } from "../app";
import type { Served } from "../served";
import { addChatCompletions } from "./chat-completions";
import { addHealth } from "./health";
import { addModels } from "./models";
import { addProfiles } from "./profiles";
import { addSteering } from "./steering";

export function addRoutes(app: App, served: Served): void {
  addChatCompletions(app, served);
  addModels(app, served);
  addSteering(app, served);
  addProfiles(app, served);
  addHealth(app);
}
