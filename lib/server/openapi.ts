import swagger from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { VERSION } from "../version";
import type { App } from "./app";

/** The document of what routes that are added later take and answer, at /openapi.json. */
export async function addOpenApi(app: App, hasKey: boolean): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "corrsteer",
        version: VERSION,
        description: "A local model over HTTP: OpenAI's API, with steering by SAE features in each request.",
      },
      ...(hasKey && {
        components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
        security: [{ key: [] }],
      }),
    },
    transform: jsonSchemaTransform,
  });
  app.get("/openapi.json", { schema: { hide: true } }, () => app.swagger());
}
