import type { App } from "../app";
import { addPlayground } from "../playground/routes";
import type { Served } from "../served";
import { addApplyTemplate } from "./apply-template";
import { addChatCompletions } from "./chat-completions";
import { addCompletions } from "./completions";
import { addEmbeddings } from "./embeddings";
import { addFeatures } from "./features";
import { addFeaturePages } from "./feature-pages";
import { addHealth } from "./health";
import { addMetrics } from "./metrics";
import { addModels } from "./models";
import { addProfiles } from "./profiles";
import { addProfileFile } from "./profile-file";
import { addProps } from "./props";
import { addRun } from "./run";
import { addSteering } from "./steering";
import { addTokenize } from "./tokenize";
import { addTokenizerInfo } from "./tokenizer-info";

export function addRoutes(app: App, served: Served): void {
  addMetrics(app, served); // first, as it counts the others
  addChatCompletions(app, served);
  addCompletions(app, served);
  addEmbeddings(app, served);
  addModels(app, served);
  addFeatures(app, served);
  addSteering(app, served);
  addProfiles(app, served);
  addProfileFile(app, served);
  addRun(app, served);
  addFeaturePages(app, served);
  addTokenize(app, served);
  addTokenizerInfo(app, served);
  addApplyTemplate(app, served);
  addProps(app, served);
  addHealth(app);
  addPlayground(app);
}
