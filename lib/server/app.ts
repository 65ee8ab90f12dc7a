import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchemaCompiler,
  type RawServerDefault,
} from "fastify";
import { serializerCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type z, safeParse } from "zod";
import { answerClientError } from "./errors/client-error";
import { answerError, answerNotFound } from "./errors/handler";
import { ofIssue } from "./errors/of-issue";

/** A server whose routes are typed, checked and documented by their schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

const HEADER_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADER_BYTES = 16_384;
/** Of a model, with what it is steered by. */
const LONGEST_ID = 1024;

const validatorCompiler: FastifySchemaCompiler<z.core.$ZodType> =
  ({ schema }) =>
  (request: unknown) => {
    const parsed = safeParse(schema, request);
    return parsed.success ? { value: parsed.data } : { error: ofIssue(parsed.error.issues[0]!, request) };
  };

/** A server without routes: it takes JSON alone, waits for no slow sender, and tells errors as OpenAI's API does. */
export function createApp({ maxBodyBytes }: { readonly maxBodyBytes: number }): App {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADER_TIMEOUT_MS, connectionsCheckingInterval: 1000, maxHeaderSize: HEADER_BYTES },
    return503OnClosing: false, // `UnderWay` refuses, in the API's words
    routerOptions: { maxParamLength: LONGEST_ID },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerError,
  }).withTypeProvider<ZodTypeProvider>();
  app.removeContentTypeParser("text/plain"); // what a web page may send anywhere without being asked
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  return app;
}
