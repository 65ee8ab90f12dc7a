import type { ReplyWay } from "../../model/generate/options";
import { ANY_OBJECT } from "../../model/grammar/any-object";
import { jsonSchemaGrammar } from "../../model/grammar/json-schema";
import { errorCode } from "../../errors";
import { ApiError } from "../errors/api-error";
import type { ResponseFormat } from "../schemas/response-format";

/** What form a request's answers are held to. @throws ApiError 400 for a schema that is not known, or too large */
export function formOf(format: ResponseFormat, grammar: string | null | undefined): Pick<ReplyWay, "grammar"> {
  const isText = format === null || format === undefined || format.type === "text";
  if (typeof grammar === "string") {
    if (isText) return { grammar };
    throw new ApiError(400, "Give one of 'response_format' and 'grammar'.", "grammar", "invalid_value");
  }
  if (isText) return {};
  return { grammar: grammarOf(format.type === "json_schema" ? format.json_schema.schema : ANY_OBJECT) };
}

function grammarOf(schema: unknown): string {
  try {
    return jsonSchemaGrammar(schema);
  } catch (error) {
    if (errorCode(error) !== "ERR_SCHEMA") throw error;
    const param = "response_format.json_schema.schema";
    throw new ApiError(400, `Invalid '${param}': ${(error as Error).message}.`, param, "invalid_json_schema", {
      cause: error,
    });
  }
}
