import type { App } from "../app";
import { ApiError } from "../errors/api-error";
import { answerOf } from "../schemas/responses";
import { runAnswer, runFeatureDetail, runFeatureName, runFeatures, runQuery } from "../schemas/run";
import type { Served } from "../served";

const tags = ["Run"];

/** The features of the run directory that the server was started with: a request names no file. */
export function addRun(app: App, { run, underWay }: Served): void {
  const served = () => {
    if (run) return run;
    throw new ApiError(404, "This server has no run directory: start it with --run.", null, "no_run");
  };
  app.addHook("preClose", (done) => {
    run?.stop();
    done();
  });
  app.get("/v1/run", { schema: { summary: "The run that is served.", tags, response: answerOf(runAnswer) } }, () => {
    const { task, n, warning, features } = served();
    const layers = [...new Set(features.map(({ layer }) => layer))];
    return { task, n, warning, n_features: features.length, layers };
  });
  app.get(
    "/v1/run/features",
    {
      schema: {
        summary: "Features of the run's ranking, by r, by tokens that they promote, by their examples.",
        tags,
        querystring: runQuery,
        response: answerOf(runFeatures),
      },
    },
    async ({ query }, reply) => {
      using _ = underWay.begin(reply.raw);
      const found = await served().search(query);
      const { offset, limit } = query;
      return { object: "list" as const, total: found.length, data: found.slice(offset, offset + limit) };
    },
  );
  app.get(
    "/v1/run/features/:name",
    {
      schema: {
        summary: "One of them, with the tokens that it promotes and its strongest examples.",
        tags,
        params: runFeatureName,
        response: answerOf(runFeatureDetail),
      },
    },
    async ({ params: { name } }, reply) => {
      using _ = underWay.begin(reply.raw);
      const feature = served().features.find((of) => of.name === name);
      if (!feature) throw new ApiError(404, `The run has ranked no feature '${name}'.`, "name", "feature_not_found");
      const { promoted, suppressed, examples } = await served().detail(feature);
      return { ...feature, promoted: [...promoted], suppressed: [...suppressed], examples: [...examples] };
    },
  );
}
