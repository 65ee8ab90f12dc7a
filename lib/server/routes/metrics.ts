import { z } from "zod";
import type { App } from "../app";
import type { Served } from "../served";

export function addMetrics(app: App, { metrics }: Served): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { url = "unknown" } = request.routeOptions; // as it was declared: names of clients' making are no labels
    metrics.answered(url, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
  app.get(
    "/metrics",
    {
      schema: {
        summary: "What happens in the server, for Prometheus.",
        tags: ["Server"],
        response: { 200: { description: "Text.", content: { "text/plain": { schema: z.string() } } } },
      },
      serializerCompiler: () => (text: unknown) => text as string,
    },
    (_, reply) => {
      void reply.type(metrics.contentType);
      return metrics.text();
    },
  );
}
