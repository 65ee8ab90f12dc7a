import type { App } from "../app";
import type { Served } from "../served";
import { addChatCompletions } from "./chat-completions";
import { addHealth } from "./health";
import { addModels } from "./models";

export function addRoutes(app: App, served: Served): void {
  addChatCompletions(app, served);
  addModels(app, served);
  addHealth(app);
}
